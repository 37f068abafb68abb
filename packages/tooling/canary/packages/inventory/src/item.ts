export const canaryItem = 'a product, which the event log must not know';
