// The shape every icon passed into a component must have: Tabler's.
import type { IconProps } from '@tabler/icons-react';
import type { ComponentType } from 'react';

export type IconComponent = ComponentType<IconProps>;
