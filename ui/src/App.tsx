import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { createQueryClient, useAsk, useFreshness } from "./backend/queries";
import { Frame } from "./frame/Frame";
import { localeOf, setFormat } from "./format";
import { KeysProvider } from "./keys/keys";
import { useLanguage } from "./messages/messages";
import { Fallen } from "./parts/Fallen";
import { Failed, Loading } from "./parts/states";
import { Display } from "./screens/display/Display";
import { Setup } from "./screens/setup/Setup";
import { SignIn } from "./screens/signin/SignIn";
import { Entrance, isNotIn } from "./screens/viewing/Entrance";
import { Viewing } from "./screens/viewing/Viewing";
import { cssVariables, theme } from "./theme";

/** The window that the customer looks at: nobody types or taps there. */
const isDisplay = new URLSearchParams(window.location.search).has("display");

export function App() {
  const [client] = useState(createQueryClient);
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        {isDisplay ? (
          <Display />
        ) : (
          <KeysProvider>
            <Fallen>
              <Start />
            </Fallen>
          </KeysProvider>
        )}
      </QueryClientProvider>
    </MantineProvider>
  );
}

/**
 * Decides by the state of the till which screen comes first. A new language redraws it with
 * everything below: words are looked up while drawing, and what was typed stays.
 */
function Start() {
  useFreshness();
  const language = useLanguage();
  // What only time changes, such as a backup that is overdue, has no event of its own.
  const status = useAsk("status", {}, { everyMs: 60_000 });
  // The wizard shows its last page although the pharmacy is founded by then.
  const [isSettingUp, holdSetup] = useState(false);
  if (status.isError && isNotIn(status.error)) {
    return <Entrance error={status.error} wasIn={status.data !== undefined} />;
  }
  if (status.isError && status.data === undefined) {
    return <Failed error={status.error} again={() => void status.refetch()} />;
  }
  if (status.data === undefined) return <Loading rows={8} />;
  const { stage, till, viewing } = status.data;
  if (viewing !== null) return <Viewing viewing={viewing} />;
  if (till !== null) {
    setFormat({ locale: localeOf(language, till.country), currency: till.currency, timeZone: till.timeZone });
  }
  if (stage === "setup" || till === null || isSettingUp) return <Setup onHold={holdSetup} />;
  if (stage === "sign_in" || status.data.person === null) return <SignIn till={till} practice={status.data.practice} />;
  return <Frame status={status.data} till={till} person={status.data.person} />;
}
