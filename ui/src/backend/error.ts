/** A refusal or an error of the system: a stable code, and facts that help to word it. */
export class BackendError extends Error {
  readonly code: string;
  readonly detail: Record<string, unknown> | null;

  constructor(code: string, detail: Record<string, unknown> | null = null) {
    super(code);
    this.name = "BackendError";
    this.code = code;
    this.detail = detail;
  }
}

/** Whatever a door threw, as a BackendError; what is not ours becomes the code `unreachable`. */
export function toBackendError(thrown: unknown): BackendError {
  if (thrown instanceof BackendError) return thrown;
  if (typeof thrown === "object" && thrown !== null && "code" in thrown) {
    const { code, detail } = thrown as { code: unknown; detail?: unknown };
    if (typeof code === "string") {
      return new BackendError(
        code,
        typeof detail === "object" ? (detail as Record<string, unknown> | null) : null,
      );
    }
  }
  return new BackendError("unreachable", { said: String(thrown) });
}
