// Nothing: what the runtime alone takes, from start to end.
export {};
