// What can be pressed: a link where it leads somewhere, a button where it does something. Keeps the browser's own ways with
// links (middle click, new tab, copy) and hands plain presses to the app's router.
import type { AriaAttributes, MouseEvent, ReactNode } from 'react';

export interface PressableProps extends AriaAttributes {
  /** With an address it is a link; `onPress` then replaces the page load for plain presses. */
  readonly href?: string | undefined;
  readonly onPress?: (() => void) | undefined;
  readonly className?: string | undefined;
  readonly title?: string | undefined;
  readonly children: ReactNode;
  readonly 'data-current'?: boolean | undefined;
  readonly 'data-filled'?: boolean | undefined;
  readonly 'data-size'?: string | undefined;
  readonly 'data-tone'?: string | undefined;
}

const opensElsewhere = (event: MouseEvent): boolean =>
  event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;

export function Pressable({ href, onPress, children, ...rest }: PressableProps): ReactNode {
  if (href === undefined) {
    return (
      <button type="button" onClick={onPress} {...rest}>
        {children}
      </button>
    );
  }
  const follow = (event: MouseEvent): void => {
    if (onPress === undefined || opensElsewhere(event)) return;
    event.preventDefault();
    onPress();
  };
  return (
    <a href={href} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
