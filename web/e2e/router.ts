/** A browser that reaches the server through a router of the test, which can lose the network and change its address. */
import type { BrowserContext, Page } from '@playwright/test';

interface Router { page: string; media: string; control: string }

const routers = JSON.parse(process.env.HUIFANG_E2E_ROUTERS ?? '{}') as Record<string, Router>;

export function router(name: string): Router & { tell: (what: 'cut' | 'mend' | 'move') => Promise<void> } {
  const r = routers[name];
  if (!r) throw new Error(`no router ${name} in HUIFANG_E2E_ROUTERS`);
  return {
    ...r,
    tell: async (what) => {
      const answer = await fetch(`${r.control}/${what}`, { method: 'POST' });
      if (!answer.ok) throw new Error(`router: ${answer.status}`);
    },
  };
}

/**
 * Puts a browser behind the router: the server's sound is found at the router's address, as with
 * media.public_ips, and the server gets no address at which it could reach the browser past it.
 */
export async function behind(context: BrowserContext, { media }: Router): Promise<void> {
  await context.addInitScript((at) => {
    const { prototype } = RTCPeerConnection;
    const remote = prototype.setRemoteDescription as (this: RTCPeerConnection, d: RTCSessionDescriptionInit) => Promise<void>;
    const local = Object.getOwnPropertyDescriptor(prototype, 'localDescription')?.get;
    Object.assign(globalThis, { offers: 0 });
    Object.defineProperty(prototype, 'localDescription', {
      get(this: RTCPeerConnection) {
        const d = local?.call(this) as RTCSessionDescription | null;
        return d && { type: d.type, sdp: d.sdp.replace(/a=candidate:.*\r\n/g, '') };
      },
    });
    prototype.setRemoteDescription = function (this: RTCPeerConnection, d: RTCSessionDescriptionInit) {
      (globalThis as unknown as { offers: number }).offers += 1;
      return remote.call(this, { type: d.type, sdp: d.sdp?.replace(/(a=candidate:\S+ \d udp \d+) \S+ \d+/gi, `$1 ${at.replace(':', ' ')}`) });
    } as typeof prototype.setRemoteDescription;
  }, media);
}

/** How often sound was negotiated in a page behind a router. */
export const negotiations = (page: Page): Promise<number> => page.evaluate(() => (globalThis as unknown as { offers: number }).offers);
