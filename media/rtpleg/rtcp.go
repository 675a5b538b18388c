package rtpleg

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"time"

	"huifang/media/rtpwire"
)

// runRTCP reads the party's reports and sends ours.
func (l *Leg) runRTCP() {
	buffer := make([]byte, 2048)
	next := time.Now().Add(l.cfg.RTCPInterval)
	for {
		if err := l.pair.rtcp.SetReadDeadline(next); err != nil {
			return
		}
		n, from, err := l.pair.rtcp.ReadFromUDPAddrPort(buffer)
		now := time.Now()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err == nil:
			l.takeReports(buffer[:n], unmap(from), now)
		case !errors.Is(err, os.ErrDeadlineExceeded):
			continue // an ICMP answer
		}
		if !now.Before(next) {
			l.mu.Lock()
			l.sendReport(false)
			l.mu.Unlock()
			next = now.Add(l.cfg.RTCPInterval)
		}
	}
}

func (l *Leg) takeReports(packet []byte, from netip.AddrPort, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.source.mayReport(from.Addr()) {
		l.cfg.Metrics.refused(refusedSource)
		return
	}
	packet, ok := l.unprotectReports(packet)
	if !ok {
		return
	}
	err := rtpwire.EachReport(packet, func(r rtpwire.Report) {
		if r.Sender.NTP != 0 {
			l.lastSR, l.lastSRAt = uint32(r.Sender.NTP>>16), now
		}
		for _, b := range r.Blocks {
			if b.SSRC != l.rewriter.SSRC() {
				continue
			}
			l.heardOf = true
			l.lost = float64(b.FractionLost) / 256
			if d := b.RoundTrip(rtpwire.NTP(now)); d > 0 {
				l.roundTrip = d
			}
		}
	})
	if err != nil {
		l.cfg.Metrics.refused(refusedMalformed)
	}
}

// sendReport sends an SR if we have sent since the last one, else an RR; the
// caller holds mu. RFC 3550 6.4.
func (l *Leg) sendReport(bye bool) {
	if l.closed || !l.rtcpTo.IsValid() || l.cfg.Secure && !l.secure.on() {
		return
	}
	now := time.Now()
	r := rtpwire.Report{SSRC: l.rewriter.SSRC()}
	if packets, octets, timestamp, ok := l.rewriter.Sent(now); ok && packets != l.reported {
		r.Sender = rtpwire.SenderInfo{NTP: rtpwire.NTP(now), Timestamp: timestamp, Packets: packets, Octets: octets}
		l.reported = packets
	}
	if block, ok := l.reception.Report(); ok {
		if !l.lastSRAt.IsZero() {
			block.LastSR = l.lastSR
			block.Delay = uint32(now.Sub(l.lastSRAt).Microseconds() * 65536 / 1e6)
		}
		r.Blocks = append(r.Blocks, block)
	}
	packet := rtpwire.AppendReport(make([]byte, 0, 256), r)
	packet = rtpwire.AppendCNAME(packet, r.SSRC, l.cname)
	if bye {
		packet = rtpwire.AppendBye(packet, r.SSRC)
	}
	if l.secure.on() {
		var err error
		if packet, err = l.secure.send.EncryptRTCP(nil, packet, nil); err != nil {
			l.cfg.Logger.Debug("rtcp report not encrypted", "error", err)
			return
		}
	}
	if _, err := l.pair.rtcp.WriteToUDPAddrPort(packet, l.rtcpTo); err != nil {
		l.cfg.Logger.Debug("rtcp report not sent", "error", err)
	}
}
