/** A value that React can follow with useSyncExternalStore. */
export class Store<T extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  readonly get = (): T => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  protected set(change: Partial<T>): void {
    const changed = (Object.keys(change) as Array<keyof T>).some((k) => change[k] !== this.value[k]);
    if (!changed) return;
    this.value = { ...this.value, ...change };
    this.listeners.forEach((l) => l());
  }
}
