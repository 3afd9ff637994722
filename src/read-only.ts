/**
 * The same objects to look at and not to change: what a plugin of somebody's own is given is what all others decide by. A
 * guard that turned an argument list around would take it from the guards after it, and they would spare nobody.
 *
 * @module
 */

const views = new WeakMap<object, object>();
const originals = new WeakMap<object, object>();

/** What a Map or a Set is changed by. */
const CHANGES: ReadonlySet<PropertyKey> = new Set(["set", "add", "delete", "clear"]);

/** A view of it in which nothing can be changed, however deep. Who tries gets a `TypeError`. */
export function readOnly<T>(value: T): T {
  if (typeof value !== "object" || value === null || originals.has(value)) return value;
  const known = views.get(value);
  if (known !== undefined) return known as T;
  const view = new Proxy<object>(value, {
    get: (target, key) => seen(target, key),
    set: (_, key) => refuse(key),
    defineProperty: (_, key) => refuse(key),
    deleteProperty: (_, key) => refuse(key),
    setPrototypeOf: () => refuse("prototype"),
    preventExtensions: () => refuse("extensions"),
  });
  views.set(value, view);
  originals.set(view, value);
  return view as T;
}

function seen(target: object, key: PropertyKey): unknown {
  const found: unknown = Reflect.get(target, key, target);
  // The language demands that what is frozen is shown as it is.
  const own = Reflect.getOwnPropertyDescriptor(target, key);
  if (own?.configurable === false && own.writable === false) return found;
  if (typeof found !== "function") return readOnly(found);
  // A list's own functions work on the view, so that those that would change it fail.
  if (Array.isArray(target)) return found;
  if ((target instanceof Map || target instanceof Set) && CHANGES.has(key)) return () => refuse(key);
  return (...given: readonly unknown[]) => readOnly(found.apply(target, given.map(original)));
}

function original(one: unknown): unknown {
  return typeof one === "object" && one !== null ? originals.get(one) ?? one : one;
}

function refuse(key: PropertyKey): never {
  throw new TypeError(`it changed what all decide by ("${String(key)}")`);
}
