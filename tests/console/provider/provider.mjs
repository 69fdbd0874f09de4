// An OpenID Connect provider on loopback for tests: `node provider.mjs PORT REDIRECT_URI`. It says "ready".
// Everybody signs in with any password; what is claimed of whom stands below.

import Provider from "oidc-provider";

const [port, redirectUri] = process.argv.slice(2);
const people = {
  wei: { name: "魏质监", preferred_username: "wei", roles: ["staff", "qc"], desks: ["faults"] },
  lou: { name: "楼主管", preferred_username: "lou", roles: ["qc-admins", "qc"], desks: [] },
  guest: { name: "访客", preferred_username: "guest", roles: ["staff"] },
  thief: { name: "冒名", preferred_username: "li", roles: ["qc-admins"], desks: [] },
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "hotline",
      client_secret: "a secret of 32 characters at least",
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [new URL("/sign-in", redirectUri).href],
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "roles", "desks"] },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: `id-of-${id}`, ...people[id] }) }),
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
