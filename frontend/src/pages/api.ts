/** The requests of the pages on which nobody writes. Apart from api.ts, which every page loads. */

import { call, refusalOf, request } from "../api";

/** An export or import that is under way. */
export interface Transfer {
  status: "waiting" | "running" | "done" | "failed";
  done: number;
  total: number;
}

export const readTransfer = (url: string): Promise<Transfer> => call("GET", url);

/** A picture that the server draws. */
export async function readPicture(url: string): Promise<Blob> {
  const response = await request(url);
  if (!response.ok) throw refusalOf(response, null);
  return response.blob();
}

/** Whether the server answers: the browser may believe in a connection that leads nowhere. */
export const isServerUp = (): Promise<boolean> =>
  request("/health/live", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
