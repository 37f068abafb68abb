// A house in small that breaks a boundary on purpose: proof that the boundary check still fires.
export { canaryItem } from '../../inventory/src/item.ts';
