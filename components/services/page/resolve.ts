import { nameBelow } from "../../config/names";
import type { Checked } from "../sections";

export function resolvePage({ page, domain }: Checked) {
  return { ...page, host: page.host ?? nameBelow(domain, "platform") };
}
