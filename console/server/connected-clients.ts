import type { Clients, Connection } from "./clients.ts";

/** Caches the clients of one connection, with their sockets, until the connection changes. */
export class ConnectedClients {
  #current: { readonly connection: string; readonly clients: Clients } | undefined;

  async of(connection: Connection): Promise<Clients> {
    const { createClients } = await import("./clients.ts");
    const key = JSON.stringify(connection);
    if (this.#current?.connection === key) return this.#current.clients;
    this.#current?.clients.destroy();
    const clients = createClients(connection);
    this.#current = { connection: key, clients };
    return clients;
  }
}
