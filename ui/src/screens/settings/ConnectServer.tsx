import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { useAct } from "../../backend/queries";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";

/** Enrols this till at a server by a one-time code. */
export function ConnectServer({ known, onClose }: { known: string; onClose: () => void }) {
  const [address, setAddress] = useState(known);
  const [code, setCode] = useState("");
  const codeField = useRef<HTMLInputElement>(null);
  const connecting = useAct("connect_server", onClose);
  const isReady = address.trim() !== "" && code.trim() !== "" && !connecting.isPending;
  const connect = () => {
    if (isReady) connecting.mutate({ address: address.trim(), code: code.trim() });
  };
  return (
    <Dialog
      title={t("server.connect")}
      onClose={onClose}
      width={640}
      testid="connect-server"
      acts={[
        {
          id: "server.connect",
          key: "F12",
          // A server that does not answer takes its time to do so.
          label: t(connecting.isPending ? "server.asking" : "server.connectDo"),
          run: connect,
          main: true,
          disabled: !isReady,
        },
      ]}
    >
      <p className={layout.lead}>{t("server.connectLead")}</p>
      <TextInput
        data-autofocus
        label={t("server.address")}
        description={t("server.addressHint")}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") codeField.current?.focus();
        }}
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        data-testid="server-address"
      />
      <TextInput
        ref={codeField}
        label={t("server.code")}
        description={t("server.codeHint")}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") connect();
        }}
        autoCapitalize="characters"
        autoComplete="off"
        spellCheck={false}
        data-testid="server-code"
      />
      <Refusal error={connecting.error} />
    </Dialog>
  );
}
