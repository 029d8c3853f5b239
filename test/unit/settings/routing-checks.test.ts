import { refuses } from "./refuses";

describe("routes that do not fit", () => {
  refuses(
    "the same path in two services",
    { "switchyard:services.api.paths": ["/*"] },
    'switchyard:services.api.paths[0]: found "/*", which web answers too; allowed each path in one service; remove it from one of them',
  );
  refuses(
    "a rule that hides another's",
    { "switchyard:services.web.priority": 5 },
    'switchyard:services.api.paths[0]: found "/orders", which web takes first with "/*"; allowed paths that no earlier rule covers; set a priority of api below the 5 of web, or change the paths',
  );
  refuses(
    "the same priority twice",
    { "switchyard:services.web.priority": 5, "switchyard:services.api.priority": 5 },
    "switchyard:services.api.priority: found 5, which web has too; allowed a number of its own; change one of them, or leave both out",
  );
});
