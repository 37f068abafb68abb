// The person's choice of light, dark or what the system says; remembered by the provider.
import { useMantineColorScheme } from '@mantine/core';

export type ColorScheme = 'light' | 'dark' | 'auto';

/** `[choice, choose]`. Changes the page at once; the choice survives a reload. */
export function useColorScheme(): readonly [ColorScheme, (scheme: ColorScheme) => void] {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return [colorScheme, setColorScheme];
}
