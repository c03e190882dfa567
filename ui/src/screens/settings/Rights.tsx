import type { PermissionView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Failed, Loading } from "../../parts/states";
import { rightWords } from "./rights";
import styles from "./Rights.module.css";

/** The whole table of who may do what, to be read; the column of who looks stands out. */
export function Rights({ onClose }: { onClose: () => void }) {
  const { person } = useDuty();
  const table = useAsk("permissions", {});
  useKeys([{ id: "rights.back", key: "Escape", label: t("act.back"), run: onClose }], "dialog");
  return (
    <Dialog title={t("people.rights")} onClose={onClose} width={1240} bare testid="rights">
      <p className={layout.muted}>{t("rights.legend")}</p>
      {/* Has the focus, so that the arrows scroll. */}
      <div className={styles.scroller} tabIndex={0} role="region" aria-label={t("people.rights")} data-autofocus>
        {table.isError && <Failed error={table.error} again={() => void table.refetch()} />}
        {table.isPending && <Loading rows={12} height={32} />}
        {table.data !== undefined && <Table table={table.data} own={person.role} />}
      </div>
    </Dialog>
  );
}

function Table({ table, own }: { table: readonly PermissionView[]; own: string }) {
  const roles = table[0]?.rights.map(({ role }) => role) ?? [];
  return (
    <table className={styles.rights}>
      <thead>
        <tr>
          <th scope="col">{t("rights.what")}</th>
          {roles.map((role) => (
            <th key={role} scope="col" data-own={role === own}>
              {named("role", role)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.map(({ permission, unit, rights }) => (
          <tr key={permission} data-testid={`right-${permission}`}>
            <th scope="row">{named("permission", permission)}</th>
            {rights.map((right) => (
              <td key={right.role} data-right={right.right} data-own={right.role === own}>
                {rightWords(right, unit)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
