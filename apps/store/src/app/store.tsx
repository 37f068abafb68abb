// The app of a device that belongs to a store: the frame, and the screen of the address in it.
import type { ReactNode } from 'react';
import { Frame } from '../shell/frame.tsx';
import { Routes } from './routes.tsx';

export function Store(): ReactNode {
  return (
    <Frame>
      <Routes />
    </Frame>
  );
}
