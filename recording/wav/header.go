package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Law is the coding of a stored recording.
type Law uint16

// The WAVE format tags of G.711.
const (
	ALaw  Law = 6
	MuLaw Law = 7
)

func (l Law) String() string {
	if l == MuLaw {
		return "mulaw"
	}
	return "alaw"
}

const (
	rate = 8000
	// HeaderSize is the size of the header that Header makes: RIFF, an 18-byte
	// fmt chunk, a fact chunk, and the head of the data chunk.
	HeaderSize = 12 + 8 + 18 + 8 + 4 + 8
	// PCMHeaderSize is that of a PCM WAV.
	PCMHeaderSize = 44
)

// ErrFormat says that a file is not a recording of ours.
var ErrFormat = errors.New("not a G.711 WAV of 8000 Hz and two or three channels")

// ErrNoThird says that nobody but agent and customer speaks in a recording.
var ErrNoThird = errors.New("the recording has no third party")

// Header makes the header of a stored recording of so many samples a channel,
// with two channels or, when a third party spoke, three.
func Header(law Law, samples int64, channels int) []byte {
	data := uint32(int64(channels) * samples)
	b := make([]byte, 0, HeaderSize)
	le := binary.LittleEndian
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, HeaderSize-8+data)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 18)
	b = le.AppendUint16(b, uint16(law))
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, rate)
	b = le.AppendUint32(b, uint32(channels)*rate)
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint16(b, 8)
	b = le.AppendUint16(b, 0)
	b = append(b, "fact"...)
	b = le.AppendUint32(b, 4)
	b = le.AppendUint32(b, uint32(samples))
	b = append(b, "data"...)
	return le.AppendUint32(b, data)
}

// pcmHeader is the header of a PCM16 WAV of so many samples and channels.
func pcmHeader(channels int, samples int64) []byte {
	data := uint32(2 * int64(channels) * samples)
	b := make([]byte, 0, PCMHeaderSize)
	le := binary.LittleEndian
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, 36+data)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, 1)
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, rate)
	b = le.AppendUint32(b, uint32(2*channels*rate))
	b = le.AppendUint16(b, uint16(2*channels))
	b = le.AppendUint16(b, 16)
	b = append(b, "data"...)
	return le.AppendUint32(b, data)
}

// Layout is where the samples of a stored file are.
type Layout struct {
	Law     Law
	Offset  int64 // of the first sample
	Samples int64 // per channel
	// Channels is 2, or 3 when a third party spoke.
	Channels int64
}

// Parse reads the header. A data chunk whose size says more than the file
// holds is cut to the file (size is the file's).
func Parse(r io.ReadSeeker, size int64) (Layout, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return Layout{}, err
	}
	var head [12]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return Layout{}, ErrFormat
	}
	var l Layout
	for at := int64(12); ; {
		var chunk [8]byte
		if _, err := io.ReadFull(r, chunk[:]); err != nil {
			return Layout{}, fmt.Errorf("%w: no data chunk", ErrFormat)
		}
		n := int64(binary.LittleEndian.Uint32(chunk[4:]))
		at += 8
		switch string(chunk[:4]) {
		case "fmt ":
			var f [16]byte
			if n < 16 {
				return Layout{}, ErrFormat
			}
			if _, err := io.ReadFull(r, f[:]); err != nil {
				return Layout{}, ErrFormat
			}
			l.Law = Law(binary.LittleEndian.Uint16(f[0:]))
			l.Channels = int64(binary.LittleEndian.Uint16(f[2:]))
			if (l.Law != ALaw && l.Law != MuLaw) || l.Channels < 2 || l.Channels > 3 || binary.LittleEndian.Uint32(f[4:]) != rate {
				return Layout{}, ErrFormat
			}
		case "data":
			if l.Law == 0 {
				return Layout{}, ErrFormat
			}
			l.Offset, l.Samples = at, min(n, size-at)/l.Channels
			return l, nil
		}
		at += n + n&1
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			return Layout{}, err
		}
	}
}
