// The latest value of a stream, for React: `useSyncExternalStore` wants a value now and a word when it changes.
import type { Observable } from 'rxjs';

export interface Observed<Value> {
  readonly value: () => Value;
  readonly observe: (observer: () => void) => () => void;
  readonly stop: () => void;
}

/** Follows a stream that gives its present value at once (the engine's status does). */
export function observed<Value>(stream: Observable<Value>, first: Value): Observed<Value> {
  let latest = first;
  const observers = new Set<() => void>();
  const subscription = stream.subscribe((value) => {
    latest = value;
    for (const observer of observers) observer();
  });
  return {
    value: () => latest,
    observe: (observer) => {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    stop: () => subscription.unsubscribe(),
  };
}
