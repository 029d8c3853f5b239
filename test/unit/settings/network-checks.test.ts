import { refuses } from "./refuses";

describe("networks that do not fit", () => {
  refuses(
    "a network that is too large",
    { "switchyard:network.cidr": "10.0.0.0/15" },
    'switchyard:network.cidr: found "10.0.0.0/15"; allowed an IPv4 block from /16 to /24, host bits zero, in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10; choose such a block; below /24 there is no room for public and private subnets in two zones',
  );
  refuses(
    "a network that is too small",
    { "switchyard:network.cidr": "10.20.0.0/25" },
    'switchyard:network.cidr: found "10.20.0.0/25"; allowed an IPv4 block from /16 to /24, host bits zero, in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10; choose such a block; below /24 there is no room for public and private subnets in two zones',
  );
  refuses(
    "a network of public addresses",
    { "switchyard:network.cidr": "8.8.0.0/16" },
    'switchyard:network.cidr: found "8.8.0.0/16"; allowed an IPv4 block from /16 to /24, host bits zero, in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10; choose such a block; below /24 there is no room for public and private subnets in two zones',
  );
  refuses(
    "more zones than the network has room for",
    { "switchyard:network.cidr": "10.20.0.0/24", "switchyard:network.zones.2": "us-east-1c" },
    'switchyard:network.cidr: found "10.20.0.0/24" for 3 zones; allowed 2 zones in a block of this size; choose a larger block, up to /16 with room for 8 zones, or fewer zones',
  );
  refuses(
    "a network that overlaps another",
    { "switchyard:network.cidr": "10.30.128.0/20" },
    'switchyard:network.cidr: found "10.30.128.0/20", which overlaps 10.30.0.0/16; allowed a block apart from those in reserved; choose a block that is not in use, or take the other out of reserved',
  );
  refuses(
    "a reserved block that is none",
    { "switchyard:network.reserved": ["10.30.0.1/16"] },
    'switchyard:network.reserved[0]: found "10.30.0.1/16"; allowed an IPv4 block such as 10.20.0.0/16, its host bits zero; correct it',
  );
  refuses(
    "a zone of another region",
    { "switchyard:network.zones.1": "eu-west-1b" },
    'switchyard:network.zones[1]: found "eu-west-1b"; allowed availability zones of us-east-1, such as us-east-1a; name a zone of the stack\'s region',
  );
  refuses(
    "a domain outside its zone",
    { "switchyard:domain": { name: "app.example.org", zone: "example.com" } },
    'switchyard:domain.name: found "app.example.org"; allowed example.com or a name that ends with .example.com; correct the name or the zone',
  );
  refuses(
    "a single zone",
    { "switchyard:network.zones": ["us-east-1a"] },
    "switchyard:network.zones: found a list of 1; allowed two or more different zones; a load balancer needs subnets in two zones; add one",
  );
  refuses(
    "a zone named twice",
    { "switchyard:network.zones": ["us-east-1a", "us-east-1a"] },
    "switchyard:network.zones: found a list of 2; allowed two or more different zones; a load balancer needs subnets in two zones; add one",
  );
  refuses(
    "no NAT without the endpoints",
    { "switchyard:network.nat": "none", "switchyard:network.endpoints": ["ecr", "s3"] },
    "switchyard:network.endpoints: found none for logs, secretsmanager, and no NAT; allowed all of ecr, s3, logs, secretsmanager where nat is none; add them, or tasks cannot pull images, write logs or read secrets; or set nat to single",
  );
});
