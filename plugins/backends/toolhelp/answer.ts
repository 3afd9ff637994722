/** What Windows answered: a value, or why there is none. A question that failed never answers "none". */
export type Answer<T> = { readonly value: T } | { readonly why: string };

export const STATUS_INVALID_INFO_CLASS = 0xc0000003;
export const STATUS_INVALID_CID = 0xc000000b;
export const STATUS_INVALID_PARAMETER = 0xc000000d;
export const STATUS_ACCESS_DENIED = 0xc0000022;
export const STATUS_PROCESS_IS_TERMINATING = 0xc000010a;
export const STATUS_INFO_LENGTH_MISMATCH = 0xc0000004;

const STATUS_NAMES: Readonly<Record<number, string>> = {
  0xc0000002: "STATUS_NOT_IMPLEMENTED",
  [STATUS_INVALID_INFO_CLASS]: "STATUS_INVALID_INFO_CLASS",
  0xc0000008: "STATUS_INVALID_HANDLE",
  0x8000000d: "STATUS_PARTIAL_COPY",
  [STATUS_INFO_LENGTH_MISMATCH]: "STATUS_INFO_LENGTH_MISMATCH",
  [STATUS_INVALID_CID]: "STATUS_INVALID_CID",
  [STATUS_INVALID_PARAMETER]: "STATUS_INVALID_PARAMETER",
  [STATUS_ACCESS_DENIED]: "STATUS_ACCESS_DENIED",
  [STATUS_PROCESS_IS_TERMINATING]: "STATUS_PROCESS_IS_TERMINATING",
};

const ERROR_NAMES: Readonly<Record<number, string>> = {
  5: "ERROR_ACCESS_DENIED",
  6: "ERROR_INVALID_HANDLE",
  31: "ERROR_GEN_FAILURE",
  87: "ERROR_INVALID_PARAMETER",
  120: "ERROR_CALL_NOT_IMPLEMENTED",
  122: "ERROR_INSUFFICIENT_BUFFER",
  234: "ERROR_MORE_DATA",
  299: "ERROR_PARTIAL_COPY",
  1722: "RPC_S_SERVER_UNAVAILABLE",
};

/** An NTSTATUS by its name, or as people search for it. */
export function statusName(status: number): string {
  return STATUS_NAMES[status >>> 0] ?? `NTSTATUS 0x${(status >>> 0).toString(16).toUpperCase().padStart(8, "0")}`;
}

/** A Win32 error by its name, or as people search for it. */
export function errorName(error: number): string {
  return ERROR_NAMES[error] ?? `Win32 error ${error}`;
}
