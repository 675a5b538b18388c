import type { QualityReport } from '@/api/types';

/** The figures of quality.report out of getStats (W3C webrtc-stats); undefined before the first packet. */
export async function qualityOf(pc: RTCPeerConnection, level: number): Promise<QualityReport | undefined> {
  const report: QualityReport = { rtt_ms: 0, jitter_ms: 0, lost: 0, concealed: 0, silent_concealed: 0, samples: 0, received: 0, level };
  let seen = false;
  (await pc.getStats()).forEach((stat: RTCStats) => {
    if (stat.type === 'inbound-rtp') {
      const s = stat as RTCInboundRtpStreamStats;
      seen = true;
      report.jitter_ms = Math.max(0, (s.jitter ?? 0) * 1000);
      report.lost = Math.max(0, Math.round(s.packetsLost ?? 0));
      report.concealed = Math.max(0, Math.round(s.concealedSamples ?? 0));
      report.silent_concealed = Math.max(0, Math.round(s.silentConcealedSamples ?? 0));
      report.samples = Math.max(0, Math.round(s.totalSamplesReceived ?? 0));
      report.received = Math.max(0, Math.round(s.packetsReceived ?? 0));
    }
    if (stat.type === 'candidate-pair') {
      const s = stat as RTCIceCandidatePairStats;
      if (s.nominated && s.currentRoundTripTime !== undefined) report.rtt_ms = s.currentRoundTripTime * 1000;
    }
  });
  return seen ? report : undefined;
}
