import { t } from "../../messages/messages";
import { ROLES } from "../setup/answers";

/** Whether somebody who decides about people decides about one of this role: only owners do about owners. */
export const isDecidedBy = (own: string, about: string): boolean => own === "owner" || about !== "owner";

/** The roles that somebody who decides about people may give. */
export const rolesToGive = (own: string): string[] => ROLES.filter((role) => isDecidedBy(own, role));

/** A name, also where it was erased. */
export const nameOf = ({ name }: { name: string }): string => (name === "" ? t("signIn.erased") : name);
