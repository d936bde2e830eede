import type { ProblemDocument } from "./shapes.ts";

/** An answer that is no success: RFC 9457 problem details. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly document: ProblemDocument;
  /** Seconds that the service asks to wait, null where it doesn't. */
  readonly retryAfter: number | null;

  constructor(document: ProblemDocument, retryAfter: number | null = null) {
    super(`${document.status}: ${document.detail ?? document.title}`);
    this.document = document;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return this.document.status;
  }
}

/** There was no answer: no network, no service, or none in time. Whether the request was done is not known. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** New content for what was deleted: a deletion wins. Record it anew, under a new id. */
export class DeletedError extends Error {
  override readonly name = "DeletedError";
  readonly id: string;

  constructor(id: string) {
    super(`${id} was deleted; record it anew under another id`);
    this.id = id;
  }
}

/** Signing out would lose what the service doesn't have yet. Sync first, or ask the person and say `discard`. */
export class StillWaiting extends Error {
  override readonly name = "StillWaiting";
  readonly waiting: number;

  constructor(waiting: number) {
    super(`${waiting} changes are on this device only`);
    this.waiting = waiting;
  }
}

/** What is on this device was written by somebody else. It must not get into this account's diary. */
export class OtherAccount extends Error {
  override readonly name = "OtherAccount";
}
