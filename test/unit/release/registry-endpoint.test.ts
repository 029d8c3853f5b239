import assert from "node:assert/strict";
import fc from "fast-check";
import { registryEndpoint } from "../../../release/registry-endpoint";

const HOST = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const OTHER = "222222222222.dkr.ecr.us-east-1.amazonaws.com";
const at = (endpoints: string | undefined, host = HOST): string =>
  registryEndpoint(host, {
    ...(endpoints !== undefined && { SWITCHYARD_REGISTRY_ENDPOINTS: endpoints }),
  }).url;

describe("registryEndpoint", () => {
  it("is the registry's own name over HTTPS", () => {
    assert.deepEqual(registryEndpoint(HOST, {}), { address: HOST, url: `https://${HOST}` });
    for (const none of [undefined, "", ",", `${OTHER}=127.0.0.1:5000`])
      assert.equal(at(none), `https://${HOST}`, none);
  });

  it("is another address over HTTP for a registry that the environment names", () => {
    const endpoints = `${HOST}=127.0.0.1:5000,${OTHER}=127.0.0.1:6000`;
    assert.equal(at(endpoints), "http://127.0.0.1:5000");
    assert.equal(at(endpoints, OTHER), "http://127.0.0.1:6000");
    assert.equal(
      registryEndpoint(HOST, { SWITCHYARD_REGISTRY_ENDPOINTS: endpoints }).address,
      "127.0.0.1:5000",
    );
  });

  it("takes no part of a name for the name", () => {
    assert.equal(at(`x${HOST}=127.0.0.1:1,${HOST}.x=127.0.0.1:2`), `https://${HOST}`);
    const names = fc.string({ minLength: 1 }).filter((name) => !/[,=]/.test(name));
    fc.assert(
      fc.property(names, names, (one, other) => {
        const expected = one === other ? "http://address" : `https://${other}`;
        assert.equal(at(`${one}=address`, other), expected);
      }),
    );
  });

  it("reads the process's environment", () => {
    process.env["SWITCHYARD_REGISTRY_ENDPOINTS"] = `${HOST}=127.0.0.1:5000`;
    assert.equal(registryEndpoint(HOST).address, "127.0.0.1:5000");
    delete process.env["SWITCHYARD_REGISTRY_ENDPOINTS"];
    assert.equal(registryEndpoint(HOST).address, HOST);
  });
});
