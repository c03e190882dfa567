import { Component, type ReactNode } from "react";
import { BackendError } from "../backend/error";
import { Failed } from "./states";

type State = { failed: boolean };

/** When drawing itself fails: what is safe is said, and the same screen is begun anew. */
export class Fallen extends Component<{ children: ReactNode }, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Failed error={new BackendError("screen_failed")} again={() => this.setState({ failed: false })} />;
  }
}
