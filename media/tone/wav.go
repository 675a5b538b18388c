package tone

import (
	"encoding/binary"
	"errors"
	"fmt"

	"huifang/media/codec"
)

// MaxPrompt is the longest sound that is loaded, in bytes of A-law: two minutes.
const MaxPrompt = 120 * rate

// WAVE format tags (RFC 2361).
const (
	tagPCM        = 1
	tagALaw       = 6
	tagMuLaw      = 7
	tagExtensible = 0xFFFE
)

// Errors of [LoadWAV] that a form can explain to the person who sent the file.
var (
	ErrNotWAV    = errors.New("read prompt: not a RIFF WAVE file")
	ErrWAVFormat = errors.New("read prompt: need 8000 Hz, one channel, 16-bit PCM, A-law or mu-law")
	ErrWAVLength = errors.New("read prompt: empty, cut off, or longer than two minutes")
)

// LoadWAV reads a mono 8 kHz WAV file (PCM16, A-law or mu-law) into A-law. The
// errors wrap [ErrNotWAV], [ErrWAVFormat] or [ErrWAVLength].
func LoadWAV(file []byte) ([]byte, error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return nil, ErrNotWAV
	}
	var format []byte
	for rest := file[12:]; len(rest) >= 8; {
		id, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		if size > len(rest) {
			return nil, fmt.Errorf("%w: chunk %q has %d of %d bytes", ErrWAVLength, id, len(rest), size)
		}
		switch id {
		case "fmt ":
			format = rest[:size]
		case "data":
			return toALaw(format, rest[:size])
		}
		rest = rest[min(size+size&1, len(rest)):] // chunks are padded to even sizes
	}
	return nil, fmt.Errorf("%w: no data chunk", ErrWAVLength)
}

func toALaw(format, data []byte) ([]byte, error) {
	if len(format) < 16 {
		return nil, fmt.Errorf("%w: no format chunk before the data", ErrNotWAV)
	}
	tag := binary.LittleEndian.Uint16(format)
	if tag == tagExtensible && len(format) >= 26 {
		tag = binary.LittleEndian.Uint16(format[24:])
	}
	channels, hz := binary.LittleEndian.Uint16(format[2:]), binary.LittleEndian.Uint32(format[4:])
	bits := binary.LittleEndian.Uint16(format[14:])
	if channels != 1 || hz != rate {
		return nil, fmt.Errorf("%w: it has %d Hz, %d channels", ErrWAVFormat, hz, channels)
	}
	var out []byte
	switch {
	case tag == tagPCM && bits == 16:
		out = make([]byte, len(data)/2)
		for i := range out {
			out[i] = codec.EncodeALaw(int16(binary.LittleEndian.Uint16(data[2*i:])))
		}
	case tag == tagALaw && bits == 8:
		out = append(out, data...)
	case tag == tagMuLaw && bits == 8:
		out = make([]byte, len(data))
		codec.ConvertMuLawToALaw(out, data)
	default:
		return nil, fmt.Errorf("%w: it has format %d with %d bits", ErrWAVFormat, tag, bits)
	}
	if len(out) == 0 || len(out) > MaxPrompt {
		return nil, fmt.Errorf("%w: %d samples", ErrWAVLength, len(out))
	}
	return out, nil
}
