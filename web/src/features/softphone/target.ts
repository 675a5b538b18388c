import { Store } from '@/media/store';
import type { Decision } from '@/api/types';

/** Whom the call button would call: the task and contact point that the desk shows. */
export interface Target { taskId: string; contactPointId: string; name: string; number: string; gate: Decision | undefined }

export class TargetStore extends Store<{ target: Target | null }> {
  constructor() {
    super({ target: null });
  }

  aim(target: Target | null): void {
    this.set({ target });
  }
}
