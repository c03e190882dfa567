import { Button } from "@mantine/core";
import { useState } from "react";
import { call, type OwnWays, type Viewing } from "../../backend";
import { useAct, useAsk } from "../../backend/queries";
import { formatMoment } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Dialog } from "../../parts/Dialog";
import { Kbd } from "../../parts/Kbd";
import { Refusal } from "../../parts/Notice";
import { Loading } from "../../parts/states";
import styles from "./Account.module.css";
import { SetPassphrase, useAddPasskey } from "./newWays";

/** F4: who looks, how they sign in, and where they are signed in. */
export function Account({ person, onClose }: { person: Viewing["person"]; onClose: () => void }) {
  const ways = useAsk("own_ways", {});
  const [isTyping, setTyping] = useState(false);
  const adding = useAddPasskey(() => undefined);
  const everywhere = useAct("sign_out_everywhere", () => window.location.reload());
  if (isTyping) return <SetPassphrase known={ways.data?.signInName ?? ""} onClose={() => setTyping(false)} done={() => setTyping(false)} />;
  const hasName = ways.data !== undefined && ways.data.signInName !== null;
  return (
    <Dialog
      title={person.name === "" ? t("account.open") : `${person.name} · ${named("role", person.role)}`}
      onClose={onClose}
      width={640}
      testid="account"
      acts={[
        { id: "account.everywhere", key: "F9", label: t("account.everywhere"), run: () => everywhere.mutate({}) },
        { id: "account.passphrase", key: "F2", label: t(hasName ? "account.changePassphrase" : "account.setPassphrase"), run: () => setTyping(true), quiet: true },
        { id: "account.passkey", key: "F3", label: t("account.addPasskey"), run: adding.run, quiet: true, disabled: ways.data?.hasPasskeys !== true || adding.isDoing },
      ]}
    >
      {ways.data === undefined ? <Loading rows={4} /> : <Lists ways={ways.data} onPassphrase={() => setTyping(true)} onPasskey={adding.run} />}
      <Refusal error={adding.error ?? everywhere.error ?? ways.error} />
    </Dialog>
  );
}

function Lists({ ways, onPassphrase, onPasskey }: { ways: OwnWays; onPassphrase: () => void; onPasskey: () => void }) {
  const removing = useAct("remove_passkey");
  const ending = useAct("end_sign_in");
  const endHere = () => void call("sign_out", {}).finally(() => window.location.reload());
  return (
    <>
      <section className={styles.part}>
        <h3>{t("account.ways")}</h3>
        <ul data-testid="own-ways">
          <li>
            <span className={styles.what}>
              {t("account.name")}
              <small>{ways.signInName ?? t("account.noName")}</small>
            </span>
            <Button variant="default" size="sm" onClick={onPassphrase} rightSection={<span className={styles.key}><Kbd>F2</Kbd></span>} data-testid="account-passphrase">
              {t(ways.signInName === null ? "account.setPassphrase" : "account.changePassphrase")}
            </Button>
          </li>
          {(ways.hasPasskeys || ways.passkeys.length > 0) && (
            <li>
              <span className={styles.what}>
                {t("account.passkeys")}
                {ways.passkeys.length === 0 && <small>{t("account.noPasskey")}</small>}
              </span>
              {ways.hasPasskeys && (
                <Button variant="default" size="sm" onClick={onPasskey} rightSection={<span className={styles.key}><Kbd>F3</Kbd></span>} data-testid="account-passkey">
                  {t("account.addPasskey")}
                </Button>
              )}
            </li>
          )}
          {ways.passkeys.map(({ passkeyId, madeAtMs, usedAtMs }) => (
            <li key={passkeyId} data-testid="passkey">
              <span className={`${styles.what} ${styles.one}`}>
                {t("account.made", { date: formatMoment(madeAtMs) })}
                {usedAtMs !== null && <small>{t("account.used", { date: formatMoment(usedAtMs) })}</small>}
              </span>
              <Button variant="default" size="sm" onClick={() => removing.mutate({ passkeyId })} aria-label={t("account.removeThis", { date: formatMoment(madeAtMs) })}>
                {t("account.remove")}
              </Button>
            </li>
          ))}
        </ul>
        <Refusal error={removing.error} />
      </section>
      <section className={styles.part}>
        <h3>{t("account.signIns")}</h3>
        <ul data-testid="sign-ins">
          {ways.signIns.map(({ signInId, how, beganAtMs, usedAtMs, isThis }) => (
            <li key={signInId} data-testid="sign-in">
              <span className={styles.what}>
                <span>
                  {named("account.how", how)}
                  {isThis && <b> · {t("account.this")}</b>}
                </span>
                <small>
                  {t("account.since", { date: formatMoment(beganAtMs) })} · {t("account.used", { date: formatMoment(usedAtMs) })}
                </small>
              </span>
              <Button
                variant="default"
                size="sm"
                onClick={() => (isThis ? endHere() : ending.mutate({ signInId }))}
                aria-label={isThis ? t("view.end") : t("account.endThis", { date: formatMoment(beganAtMs) })}
              >
                {t("account.end")}
              </Button>
            </li>
          ))}
        </ul>
        <Refusal error={ending.error} />
      </section>
    </>
  );
}
