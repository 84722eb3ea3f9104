// Types for pages that use Setlist's custom elements from TypeScript.

export type EnrolmentStatus = "open" | "full" | "waiting_list" | "closed" | "cancelled";

export interface Money {
  amount_minor: number;
  currency: string;
}

/** What can be booked: attributes `theme`, `format`, `link` (an address with {slug} or {id}) and `for`. */
export interface SetlistSetsElement extends HTMLElement {}

/** A form to book places: attributes `set`, `site-key` and `topics`. */
export interface SetlistBookingElement extends HTMLElement {
  /** Shows this set (id or slug) and moves focus to it. */
  choose(set: string): void;
}

/** A form to get the newsletter: attributes `site-key` and `topics`. */
export interface SetlistNewsletterElement extends HTMLElement {}

/** A problem's code, as under /problems/, or one of the elements' own. */
export type ErrorCode =
  | "unreachable"
  | "unknown"
  | "site-key-missing"
  | "set-missing"
  | "no-topics"
  | "origin-not-allowed"
  | "unauthenticated"
  | "set-full"
  | "enrolment-closed"
  | "terms-out-of-date"
  | "price-not-available"
  | (string & {});

/** Events of the elements; they bubble, cross shadow roots, and carry no personal data. */
export interface SetlistEventMap {
  "setlist:ready": CustomEvent<{ set?: string; status?: EnrolmentStatus }>;
  "setlist:booked": CustomEvent<{ booking: string; set: string; status: string; places: number; total: Money }>;
  "setlist:paying": CustomEvent<{ booking: string; set: string }>;
  "setlist:subscribed": CustomEvent<{ topics: string[] }>;
  "setlist:error": CustomEvent<{ code: ErrorCode; status: number }>;
}

declare global {
  interface HTMLElementTagNameMap {
    "setlist-sets": SetlistSetsElement;
    "setlist-booking": SetlistBookingElement;
    "setlist-newsletter": SetlistNewsletterElement;
  }
  interface HTMLElementEventMap extends SetlistEventMap {}
  interface DocumentEventMap extends SetlistEventMap {}
}
