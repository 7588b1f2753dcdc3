// A script with a bearer token does all that a person does.

import { ADMINISTRATOR, Api, type Server } from "../harness/api";
import { expect, reaching, test } from "../harness/test";

interface Latest {
  sample: {
    at_ms: number;
    cpu: { busy: number; user: number; system: number; idle: number };
    cores: unknown[];
    load: { one: number };
    pressure: object;
    memory: { total: number; available: number; swap_total: number };
    disks: unknown[];
    interfaces: { name: string }[];
    filesystems: { mount: string; size: number }[] | null;
    processes: { total: number; top: unknown[] } | null;
    uptime_secs: number;
  } | null;
  identity: { hostname: string; kernel: string; distribution: string } | null;
}

test("it makes the first administrator and logs in", async ({ program }) => {
  const script = new Api(program.url);
  expect(await script.get("/api/setup/status")).toMatchObject({ needs_setup: true, needs_code: false });
  expect((await script.send("GET", "/api/servers")).status).toBe(401);
  await script.post("/api/setup/initialize", ADMINISTRATOR);
  expect(await script.get("/api/setup/status")).toMatchObject({ needs_setup: false });
  const login = await script.post<{ token: string; role: string }>("/api/auth/login", { username: ADMINISTRATOR.username, password: ADMINISTRATOR.password });
  expect(login.role).toBe("admin");
  script.token = login.token;
  expect(await script.get("/api/auth/verify")).toMatchObject({ valid: true, username: ADMINISTRATOR.username });
  expect(await script.get("/api/users/me")).toMatchObject({ username: ADMINISTRATOR.username, email: ADMINISTRATOR.email });
  await script.post("/api/auth/logout");
  expect((await script.send("GET", "/api/users/me")).status, "the token is worth nothing any more").toBe(401);
});

test("it finds this machine live within five seconds", async ({ api }) => {
  await expect.poll(async () => (await api.server(1)).status, { timeout: 5_000 }).toBe("online");
  await expect.poll(async () => (await api.get<Latest>("/api/servers/1/metrics/latest")).sample, { timeout: 5_000 }).toBeTruthy();
  expect(await api.get("/api/stats/overview")).toMatchObject({ total_servers: 1, online_servers: 1 });
});

test("it learns a host key, adds a server and reads its values", async ({ api, sshd }) => {
  const address = { host: sshd.host, port: sshd.port, username: sshd.user, private_key: sshd.newKey("secret words"), passphrase: "secret words" };
  const first = await api.post<{ success: boolean; host_key: { algorithm: string; fingerprint: string } }>("/api/servers/test", address);
  expect(first).toMatchObject({ success: false, host_key_trusted: false, host_key: { algorithm: "ssh-ed25519", fingerprint: sshd.fingerprint } });
  const trusted = { ...address, host_key_fingerprint: first.host_key.fingerprint };
  expect(await api.post("/api/servers/test", trusted)).toMatchObject({ success: true, host_key_trusted: true });

  const added = await api.addServer({ name: "web-1", ...trusted });
  expect(JSON.stringify(added)).not.toContain("PRIVATE KEY");
  await expect.poll(async () => (await api.server(added.id)).status, { timeout: 5_000 }).toBe("online");
  const latest = () => api.get<Latest>(`/api/servers/${added.id}/metrics/latest`);
  await expect.poll(async () => (await latest()).sample?.processes, { timeout: 8_000 }).toBeTruthy();
  const { sample, identity } = await latest();
  expect(sample?.cpu.busy).toBeGreaterThanOrEqual(0);
  expect(sample?.cores.length).toBeGreaterThan(0);
  expect(sample?.memory.total).toBeGreaterThan(sample?.memory.available ?? Infinity);
  expect(sample?.interfaces.map((one) => one.name)).toContain("lo");
  expect(sample?.filesystems?.map((one) => one.mount)).toContain("/");
  expect(sample?.uptime_secs).toBeGreaterThan(0);
  expect(identity?.kernel).toMatch(/\d/);
});

test("it is told why a server does not answer, and may have it tried at once", async ({ api, sshd }) => {
  const { id } = await api.addServer(reaching(sshd, "web-1"));
  await expect.poll(async () => (await api.server(id)).status, { timeout: 5_000 }).toBe("online");
  const stopped = Date.now();
  await sshd.stop();
  await expect.poll(async () => (await api.server(id)).status, { timeout: 10_000 }).toBe("offline");
  const server = await api.server(id);
  expect(server.reason?.message).toBeTruthy();
  expect(server.since_ms).toBeGreaterThanOrEqual(stopped - 1_000);
  await expect.poll(async () => (await api.server(id)).next_try_ms, { timeout: 8_000 }).toBeGreaterThan(Date.now() - 1_000);
  await sshd.launch();
  await api.post(`/api/servers/${id}/retry`);
  await expect.poll(async () => (await api.server(id)).status, { timeout: 5_000 }).toBe("online");
});

test("it changes, lists, searches, sorts and deletes", async ({ api, sshd }) => {
  const [group, tag] = [await api.addGroup("Shop"), await api.addTag("blue")];
  const ids: Record<string, number> = {};
  for (const name of ["web-10", "web-9", "mail"]) ids[name] = (await api.addServer(reaching(sshd, name))).id;
  const names = async (query: string) => (await api.get<Server[]>(`/api/servers?${query}`)).map((server) => server.name);

  await api.put(`/api/servers/${ids.mail}`, { name: "post", group_id: group, tag_ids: [tag], interval_secs: 60 });
  expect(await api.server(ids.mail ?? 0)).toMatchObject({ name: "post", group_id: group, tag_ids: [tag], interval_secs: 60 });
  expect(await names("search=WEB&sort=name")).toEqual(["web-9", "web-10"]);
  expect(await names("search=web&sort=name&order=desc")).toEqual(["web-10", "web-9"]);
  expect(await names(`group=${group}`)).toEqual(["post"]);
  expect(await names(`tag=${tag}`)).toEqual(["post"]);
  const page = await api.send<Server[]>("GET", "/api/servers?search=web&sort=name&limit=1&offset=1");
  expect(page.body.map((server) => server.name)).toEqual(["web-10"]);
  expect(page.headers.get("x-total-count")).toBe("2");
  await expect.poll(() => names("status=online"), { timeout: 5_000 }).toHaveLength(4);

  await api.put(`/api/groups/${group}`, { name: "Web shop", color: "#dc2626" });
  expect(await api.get("/api/groups")).toMatchObject([{ name: "Web shop", color: "#dc2626", item_count: 1 }]);
  await api.delete(`/api/tags/${tag}`);
  expect((await api.server(ids.mail ?? 0)).tag_ids).toEqual([]);
  await api.delete(`/api/groups/${group}`);
  expect((await api.server(ids.mail ?? 0)).group_id).toBeNull();
  for (const id of Object.values(ids)) await api.delete(`/api/servers/${id}`);
  expect(await api.get<unknown[]>("/api/servers")).toHaveLength(1);
});

test("it follows the fleet as a stream of events", async ({ api, sshd }) => {
  const stop = new AbortController();
  const response = await fetch(`${api.url}/api/stream`, { headers: { Authorization: `Bearer ${api.token}` }, signal: stop.signal });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const seen: string[] = [];
  const reading = (async () => {
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) seen.push(part);
  })().catch(() => {});
  const text = () => seen.join("");
  await expect.poll(text).toMatch(/^event: ?fleet$/m);
  await expect.poll(text).toMatch(/^event: ?delta$/m);
  await api.addServer(reaching(sshd, "from-a-script"));
  await expect.poll(text).toContain("from-a-script");
  stop.abort();
  await reading;
});
