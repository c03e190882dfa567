/** What a device makes and shows as a passkey, in the form in which a server asks and takes it: binary values in base64url. */
import { BackendError } from "./error";

type Known = { id: string; type: "public-key"; transports?: AuthenticatorTransport[] };
type MakeOptions = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Known[];
};
type ShowOptions = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & { challenge: string };

const bytes = (text: string) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

function base64url(buffer: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Somebody changed their mind, or the device has none: browsers do not say which. */
async function asked(credential: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const got = await credential.catch(() => null);
  if (got === null) throw new BackendError("passkey_cancelled");
  return got as PublicKeyCredential;
}

const common = (credential: PublicKeyCredential) => ({
  id: credential.id,
  rawId: base64url(credential.rawId),
  type: credential.type,
  clientExtensionResults: credential.getClientExtensionResults(),
});

/** Has the device make a passkey. */
export async function makePasskey(options: unknown): Promise<unknown> {
  const { challenge, user, excludeCredentials = [], ...rest } = options as MakeOptions;
  const publicKey = {
    ...rest,
    challenge: bytes(challenge),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: excludeCredentials.map((known) => ({ ...known, id: bytes(known.id) })),
  };
  const made = await asked(navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...common(made),
    response: {
      attestationObject: base64url(response.attestationObject),
      clientDataJSON: base64url(response.clientDataJSON),
      transports: response.getTransports(),
    },
  };
}

/** Has the person choose a passkey and the device show it. */
export async function showPasskey(options: unknown): Promise<unknown> {
  const { challenge, ...rest } = options as ShowOptions;
  const publicKey = { ...rest, challenge: bytes(challenge), allowCredentials: [] };
  const shown = await asked(navigator.credentials.get({ publicKey }));
  const response = shown.response as AuthenticatorAssertionResponse;
  return {
    ...common(shown),
    response: {
      authenticatorData: base64url(response.authenticatorData),
      clientDataJSON: base64url(response.clientDataJSON),
      signature: base64url(response.signature),
      userHandle: response.userHandle === null ? null : base64url(response.userHandle),
    },
  };
}
