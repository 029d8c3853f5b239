import { read, type StackResource, type StackRule } from "../rule";

const LISTENER = "aws:lb/listener:Listener";

const isOf = (protocol: string, { type, props }: StackResource): boolean =>
  type === LISTENER && props["protocol"] === protocol;

export const httpRedirectsToHttps: StackRule = {
  name: "http-redirects-to-https",
  description: "As soon as there is a certificate, plain HTTP is answered by a redirect alone.",
  types: [LISTENER],
  *checkAmong(listener, stack) {
    if (!isOf("HTTP", listener) || !stack.some((each) => isOf("HTTPS", each))) return;
    const isPort80 = Number(listener.props["port"]) === 80;
    const action = read(listener.props, "defaultActions.0");
    if (isPort80 && read(action, "redirect.protocol") === "HTTPS") return;
    yield {
      failed: isPort80 ? "defaultActions" : "protocol",
      found: isPort80 ? read(action, "type") : "HTTP",
      allowed: "HTTPS, and on port 80 a redirect to it",
      next: "give the listener the certificate, or the redirect",
    };
  },
};
