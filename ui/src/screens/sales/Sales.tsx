import { Loading } from "../../parts/states";

export function Sales() {
  return <Loading />;
}
