package rtpwire

import (
	"encoding/binary"
	"time"
)

// RTCP packet types (RFC 3550 12.1).
const (
	typeSR   = 200
	typeRR   = 201
	typeSDES = 202
	typeBYE  = 203
)

// SenderInfo is the sender's part of an SR. A zero NTP means that there is none.
type SenderInfo struct {
	NTP       uint64
	Timestamp uint32
	Packets   uint32
	Octets    uint32
}

// ReceptionReport is one report block of an SR or RR (RFC 3550 6.4.1).
type ReceptionReport struct {
	SSRC         uint32
	FractionLost uint8 // of 256
	TotalLost    uint32
	HighestSeq   uint32
	Jitter       uint32 // in time-stamp units
	LastSR       uint32 // middle 32 bits of the NTP time of the last SR, 0 without
	Delay        uint32 // since that SR, in 1/65536 s
}

// Report is what one SR or RR says.
type Report struct {
	SSRC   uint32
	Sender SenderInfo
	Blocks []ReceptionReport
}

// AppendReport appends an SR (when r.Sender.NTP is set) or an RR.
func AppendReport(dst []byte, r Report) []byte {
	kind, words := byte(typeRR), 1
	if r.Sender.NTP != 0 {
		kind, words = typeSR, 6
	}
	words += 6 * len(r.Blocks)
	dst = append(dst, 2<<6|byte(len(r.Blocks)), kind)
	dst = binary.BigEndian.AppendUint16(dst, uint16(words))
	dst = binary.BigEndian.AppendUint32(dst, r.SSRC)
	if kind == typeSR {
		dst = binary.BigEndian.AppendUint64(dst, r.Sender.NTP)
		dst = binary.BigEndian.AppendUint32(dst, r.Sender.Timestamp)
		dst = binary.BigEndian.AppendUint32(dst, r.Sender.Packets)
		dst = binary.BigEndian.AppendUint32(dst, r.Sender.Octets)
	}
	for _, b := range r.Blocks {
		dst = binary.BigEndian.AppendUint32(dst, b.SSRC)
		dst = binary.BigEndian.AppendUint32(dst, uint32(b.FractionLost)<<24|min(b.TotalLost, 0x7FFFFF))
		dst = binary.BigEndian.AppendUint32(dst, b.HighestSeq)
		dst = binary.BigEndian.AppendUint32(dst, b.Jitter)
		dst = binary.BigEndian.AppendUint32(dst, b.LastSR)
		dst = binary.BigEndian.AppendUint32(dst, b.Delay)
	}
	return dst
}

// AppendCNAME appends the SDES that every compound packet carries (RFC 3550 6.1).
func AppendCNAME(dst []byte, ssrc uint32, cname string) []byte {
	cname = cname[:min(len(cname), 255)]
	size := 4 + 2 + len(cname) // SSRC, item header, text
	padding := 4 - size%4      // at least one zero ends the items
	dst = append(dst, 2<<6|1, typeSDES)
	dst = binary.BigEndian.AppendUint16(dst, uint16((size+padding)/4))
	dst = binary.BigEndian.AppendUint32(dst, ssrc)
	dst = append(dst, 1, byte(len(cname)))
	dst = append(dst, cname...)
	return append(dst, make([]byte, padding)...)
}

// AppendBye appends a BYE (RFC 3550 6.6).
func AppendBye(dst []byte, ssrc uint32) []byte {
	dst = append(dst, 2<<6|1, typeBYE, 0, 1)
	return binary.BigEndian.AppendUint32(dst, ssrc)
}

// EachReport calls f for every SR and RR of a compound packet. What it does not
// know it steps over; a packet cut off ends it with an error.
func EachReport(b []byte, f func(Report)) error {
	for len(b) > 0 {
		if len(b) < 8 {
			return ErrShort
		}
		if b[0]>>6 != 2 {
			return ErrVersion
		}
		size := 4 + 4*int(binary.BigEndian.Uint16(b[2:]))
		if size > len(b) || size < 8 {
			return ErrShort
		}
		if kind := b[1]; kind == typeSR || kind == typeRR {
			r, err := parseReport(b[:size])
			if err != nil {
				return err
			}
			f(r)
		}
		b = b[size:]
	}
	return nil
}

func parseReport(b []byte) (Report, error) {
	r := Report{SSRC: binary.BigEndian.Uint32(b[4:])}
	count, rest := int(b[0]&0x1F), b[8:]
	if b[1] == typeSR {
		if len(rest) < 20 {
			return r, ErrShort
		}
		r.Sender = SenderInfo{
			NTP:       binary.BigEndian.Uint64(rest),
			Timestamp: binary.BigEndian.Uint32(rest[8:]),
			Packets:   binary.BigEndian.Uint32(rest[12:]),
			Octets:    binary.BigEndian.Uint32(rest[16:]),
		}
		rest = rest[20:]
	}
	if len(rest) < 24*count {
		return r, ErrShort
	}
	for ; count > 0; count, rest = count-1, rest[24:] {
		lost := binary.BigEndian.Uint32(rest[4:])
		block := ReceptionReport{
			SSRC:         binary.BigEndian.Uint32(rest),
			FractionLost: uint8(lost >> 24),
			HighestSeq:   binary.BigEndian.Uint32(rest[8:]),
			Jitter:       binary.BigEndian.Uint32(rest[12:]),
			LastSR:       binary.BigEndian.Uint32(rest[16:]),
			Delay:        binary.BigEndian.Uint32(rest[20:]),
		}
		if lost&0x800000 == 0 { // negative when duplicates came: not lost
			block.TotalLost = lost & 0x7FFFFF
		}
		r.Blocks = append(r.Blocks, block)
	}
	return r, nil
}

// NTP is a time in the 64-bit format of RFC 3550 4.
func NTP(t time.Time) uint64 {
	const since1900 = 2208988800
	seconds := uint64(t.Unix() + since1900)
	return seconds<<32 | uint64(t.Nanosecond())<<32/1e9
}

// RoundTrip is the time that a report block measures: now - LSR - DLSR, or 0
// when the party has had no SR yet (RFC 3550 6.4.1). now is an [NTP] time.
func (b ReceptionReport) RoundTrip(now uint64) time.Duration {
	if b.LastSR == 0 {
		return 0
	}
	d := int32(uint32(now>>16) - b.LastSR - b.Delay)
	if d < 0 { // the clock was set, or rounding
		return 0
	}
	return time.Duration(d) * time.Second / 65536
}
