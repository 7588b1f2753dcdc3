// REST with a bearer token, as a script uses it.

/** The first administrator, where a test does not care who that is. */
export const ADMINISTRATOR = { username: "ada", email: "ada@example.com", password: "correct horse battery" };

export interface Connection {
  status: "online" | "offline" | "unknown";
  reason: { code: string; message: string } | null;
  since_ms: number | null;
  next_try_ms: number | null;
}

export interface Server extends Connection {
  id: number;
  name: string;
  host: string;
  port: number;
  username: string;
  via: "ssh" | "local";
  group_id: number | null;
  tag_ids: number[];
  interval_secs: number;
  host_key_fingerprints: string[];
}

export interface NewServer {
  name: string;
  host: string;
  port: number;
  username: string;
  description?: string;
  password?: string;
  private_key?: string;
  passphrase?: string;
  host_key_fingerprint?: string;
  group_id?: number;
  tag_ids?: number[];
  interval_secs?: number;
}

/** An answer as it came, with its body read. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A script that talks to the program. */
export class Api {
  constructor(
    readonly url: string,
    /** Without it, the script is nobody. */
    public token?: string,
  ) {}

  /** Makes the first administrator and logs in. */
  static async initialize(url: string): Promise<Api> {
    const { token } = await new Api(url).post<{ token: string }>("/api/setup/initialize", ADMINISTRATOR);
    return new Api(url, token);
  }

  /** Sends a request and gives the answer, whatever its status. */
  async send<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const headers: Record<string, string> = {};
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(this.url + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
  }

  async get<T>(path: string): Promise<T> {
    return this.good<T>("GET", path);
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.good<T>("POST", path, body);
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.good<T>("PUT", path, body);
  }

  async delete<T>(path: string): Promise<T> {
    return this.good<T>("DELETE", path);
  }

  /** Adds a server; returns it as stored. */
  async addServer(server: NewServer): Promise<Server> {
    return (await this.post<{ server: Server }>("/api/servers", server)).server;
  }

  async addGroup(name: string, color = "#0891b2"): Promise<number> {
    return (await this.post<{ group_id: number }>("/api/groups", { name, color })).group_id;
  }

  async addTag(name: string, color = "#7c3aed"): Promise<number> {
    return (await this.post<{ tag_id: number }>("/api/tags", { name, color })).tag_id;
  }

  /** A server as it is now. */
  server(id: number): Promise<Server> {
    return this.get<Server>(`/api/servers/${id}`);
  }

  private async good<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.send<T>(method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }
}
