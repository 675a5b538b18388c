/** How the microphone is opened, and what the agent chose for it. */

const chosenKey = 'huifang.devices';
/** A JSON object here is laid over the constraints: tests measure sound that no filter has touched. */
const overrideKey = 'huifang.audio';

export interface ChosenDevices { microphone: string; speaker: string }

export function chosenDevices(): ChosenDevices {
  return { microphone: '', speaker: '', ...readJSON<Partial<ChosenDevices>>(chosenKey) };
}

export function chooseDevices(change: Partial<ChosenDevices>): void {
  localStorage.setItem(chosenKey, JSON.stringify({ ...chosenDevices(), ...change }));
}

export function audioConstraints(deviceId: string): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
    ...readJSON<MediaTrackConstraints>(overrideKey),
  };
}

function readJSON<T extends object>(key: string): Partial<T> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return value && typeof value === 'object' ? (value as Partial<T>) : {};
  } catch {
    return {};
  }
}
