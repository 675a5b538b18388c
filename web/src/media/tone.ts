/** Plays a short test tone on a chosen speaker; resolves when it has been heard. */
export async function playTestTone(speaker: string, seconds = 1.2): Promise<void> {
  const context = new AudioContext();
  try {
    await context.resume();
    const sink = context as AudioContext & { setSinkId?: (id: string) => Promise<void> };
    if (speaker && sink.setSinkId) await sink.setSinkId(speaker);
    const gain = context.createGain();
    gain.connect(context.destination);
    const end = context.currentTime + seconds;
    gain.gain.setValueAtTime(0, context.currentTime);
    gain.gain.linearRampToValueAtTime(0.2, context.currentTime + 0.05);
    gain.gain.setValueAtTime(0.2, end - 0.1);
    gain.gain.linearRampToValueAtTime(0, end);
    await Promise.all([523.25, 659.25].map((frequency, i) => {
      const tone = context.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(gain);
      tone.start(context.currentTime + (i * seconds) / 2);
      tone.stop(i === 0 ? end - seconds / 2 : end);
      return new Promise((done) => (tone.onended = done));
    }));
  } finally {
    await context.close();
  }
}
