import assert from "node:assert/strict";
import { liveWeights } from "../../../../release/command/preview";

describe("the live weights of a shift", () => {
  const one = {
    services: {
      web: { weights: { blue: 100, green: 0 } },
      api: { weights: { blue: 0, green: 100 } },
    },
  };

  it("are those that were read, of each service that the state knows", () => {
    const found = { services: { ...one.services, web: { weights: { blue: 50, green: 50 } } } };
    assert.deepEqual(liveWeights(one, found), {
      web: { blue: 50, green: 50 },
      api: { blue: 0, green: 100 },
    });
  });

  it("are none for a service whose rule is gone, and for all where all are", () => {
    const { api } = one.services;
    assert.deepEqual(liveWeights(one, { services: { api } }), { web: null, api: api.weights });
    assert.deepEqual(liveWeights(one, undefined), { web: null, api: null });
    assert.deepEqual(liveWeights(one, { services: { web: {}, api } }), {
      web: null,
      api: api.weights,
    });
  });

  it("are of no service where the state has none: there is nothing to compare", () => {
    assert.deepEqual(liveWeights(undefined, one), {});
    assert.deepEqual(liveWeights({ weights: { blue: 1, green: 99 } }, one), {});
  });
});
