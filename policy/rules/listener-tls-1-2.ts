import { propertyRule, text } from "../rule";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const MODERN = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-/;

export const listenerTls12 = propertyRule({
  name: "listener-tls-1-2",
  description: "A listener with a certificate takes TLS 1.2 and later.",
  types: ["aws:lb/listener:Listener"],
  property: "sslPolicy",
  holds: (value) => MODERN.test(text(value)),
  when: ({ props }) => ["HTTPS", "TLS"].includes(text(props["protocol"])),
  allowed: "a policy of TLS 1.2 or 1.3, such as ELBSecurityPolicy-TLS13-1-2-2021-06",
  next: "set sslPolicy",
});
