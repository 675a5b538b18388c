package carriersim

import (
	"encoding/binary"
	"errors"
)

const (
	rtpHeader    = 12
	frameSamples = 160 // 20 ms at 8 kHz
)

// packet is one RTP packet (RFC 3550 5.1) without what we do not use of it.
type packet struct {
	marker      bool
	payloadType uint8
	sequence    uint16
	timestamp   uint32
	ssrc        uint32
	payload     []byte
}

// append writes the packet behind b.
func (p packet) append(b []byte) []byte {
	second := p.payloadType
	if p.marker {
		second |= 0x80
	}
	b = append(b, 0x80, second)
	b = binary.BigEndian.AppendUint16(b, p.sequence)
	b = binary.BigEndian.AppendUint32(b, p.timestamp)
	b = binary.BigEndian.AppendUint32(b, p.ssrc)
	return append(b, p.payload...)
}

var errNotRTP = errors.New("read rtp: not a packet of version 2")

// parsePacket reads a packet; its payload is part of b.
func parsePacket(b []byte) (packet, error) {
	if len(b) < rtpHeader || b[0]>>6 != 2 {
		return packet{}, errNotRTP
	}
	// RTCP that strays here: its types 200-204 read as 72-76 (RFC 5761 4).
	if pt := b[1] & 0x7F; pt >= 72 && pt <= 76 {
		return packet{}, errNotRTP
	}
	start, end := rtpHeader+4*int(b[0]&0x0F), len(b)
	if b[0]&0x10 != 0 {
		if len(b) < start+4 {
			return packet{}, errNotRTP
		}
		start += 4 + 4*int(binary.BigEndian.Uint16(b[start+2:]))
	}
	if b[0]&0x20 != 0 {
		end -= int(b[len(b)-1])
	}
	if start > end {
		return packet{}, errNotRTP
	}
	return packet{
		marker: b[1]&0x80 != 0, payloadType: b[1] & 0x7F,
		sequence: binary.BigEndian.Uint16(b[2:]), timestamp: binary.BigEndian.Uint32(b[4:]),
		ssrc: binary.BigEndian.Uint32(b[8:]), payload: b[start:end],
	}, nil
}
