package rtpwire

import "encoding/binary"

// HeaderSize is the size of an RTP header as we send it: no CSRC, no extension.
const HeaderSize = 12

// Header is the fixed part of an RTP header.
type Header struct {
	Marker      bool
	PayloadType uint8
	Sequence    uint16
	Timestamp   uint32
	SSRC        uint32
}

// Parse reads an RTP packet. The payload is a part of b, without CSRCs, header
// extension and padding; it may be empty. RFC 3550 5.1, 5.3.1.
func Parse(b []byte) (h Header, payload []byte, err error) {
	if len(b) < HeaderSize {
		return h, nil, ErrShort
	}
	if b[0]>>6 != 2 {
		return h, nil, ErrVersion
	}
	h = Header{
		Marker:      b[1]&0x80 != 0,
		PayloadType: b[1] & 0x7F,
		Sequence:    binary.BigEndian.Uint16(b[2:]),
		Timestamp:   binary.BigEndian.Uint32(b[4:]),
		SSRC:        binary.BigEndian.Uint32(b[8:]),
	}
	start := HeaderSize + 4*int(b[0]&0x0F)
	if b[0]&0x10 != 0 { // extension
		if len(b) < start+4 {
			return h, nil, ErrShort
		}
		start += 4 + 4*int(binary.BigEndian.Uint16(b[start+2:]))
	}
	end := len(b)
	if b[0]&0x20 != 0 { // padding; its last byte says how much
		pad := int(b[end-1])
		if pad == 0 {
			return h, nil, ErrShort
		}
		end -= pad
	}
	if start > end {
		return h, nil, ErrShort
	}
	return h, b[start:end], nil
}

// Append appends a header to dst; the payload follows it.
func (h Header) Append(dst []byte) []byte {
	second := h.PayloadType & 0x7F
	if h.Marker {
		second |= 0x80
	}
	dst = append(dst, 2<<6, second)
	dst = binary.BigEndian.AppendUint16(dst, h.Sequence)
	dst = binary.BigEndian.AppendUint32(dst, h.Timestamp)
	return binary.BigEndian.AppendUint32(dst, h.SSRC)
}

// IsRTCP tells RTCP from RTP where both may come to one port (RFC 5761 4).
func IsRTCP(b []byte) bool { return len(b) >= 2 && b[1] >= 192 && b[1] <= 223 }
