package clip

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"

	"huifang/media/codec"
)

// Clip is sound of one or more channels of equal length.
type Clip struct {
	Rate     int // Hz
	Channels [][]float64
}

// Seconds is the length of the clip.
func (c Clip) Seconds() float64 {
	if len(c.Channels) == 0 {
		return 0
	}
	return float64(len(c.Channels[0])) / float64(c.Rate)
}

var errNotWAV = errors.New("read wav: not a RIFF WAVE file of PCM16, A-law or mu-law")

// The rates that are read, in Hz.
const minRate, maxRate = 4000, 192000

// Format tags (RFC 2361).
const (
	tagPCM        = 1
	tagALaw       = 6
	tagMuLaw      = 7
	tagExtensible = 0xFFFE
)

// Read reads a file, see [Parse].
func Read(path string) (Clip, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return Clip{}, err
	}
	clip, err := Parse(file)
	if err != nil {
		return Clip{}, fmt.Errorf("%s: %w", path, err)
	}
	return clip, nil
}

// Parse reads PCM16, A-law or mu-law of any rate and number of channels. A
// data chunk that claims more than the file has, or nothing (as in a file whose
// writer was killed), is read to the end of the file.
func Parse(file []byte) (Clip, error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return Clip{}, errNotWAV
	}
	var format []byte
	for rest := file[12:]; len(rest) >= 8; {
		id, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		if id == "data" {
			if size == 0 || size > len(rest) {
				size = len(rest)
			}
			return decode(format, rest[:size])
		}
		if size > len(rest) {
			break
		}
		if id == "fmt " {
			format = rest[:size]
		}
		rest = rest[min(size+size&1, len(rest)):]
	}
	return Clip{}, fmt.Errorf("%w: no data chunk", errNotWAV)
}

func decode(format, data []byte) (Clip, error) {
	if len(format) < 16 {
		return Clip{}, fmt.Errorf("%w: no format chunk", errNotWAV)
	}
	tag, bits := binary.LittleEndian.Uint16(format), binary.LittleEndian.Uint16(format[14:])
	if tag == tagExtensible && len(format) >= 26 {
		tag = binary.LittleEndian.Uint16(format[24:])
	}
	channels := int(binary.LittleEndian.Uint16(format[2:]))
	var width int
	var value func(b []byte) int16
	switch {
	case tag == tagPCM && bits == 16:
		width, value = 2, func(b []byte) int16 { return int16(binary.LittleEndian.Uint16(b)) }
	case tag == tagALaw && bits == 8:
		width, value = 1, func(b []byte) int16 { return codec.DecodeALaw(b[0]) }
	case tag == tagMuLaw && bits == 8:
		width, value = 1, func(b []byte) int16 { return codec.DecodeMuLaw(b[0]) }
	default:
		return Clip{}, fmt.Errorf("%w: format %d with %d bits", errNotWAV, tag, bits)
	}
	hz := int(binary.LittleEndian.Uint32(format[4:]))
	if channels == 0 || hz < minRate || hz > maxRate {
		return Clip{}, fmt.Errorf("%w: %d channels at %d Hz, need one or more at %d to %d", errNotWAV, channels, hz, minRate, maxRate)
	}
	clip := Clip{Rate: hz, Channels: make([][]float64, channels)}
	frames := len(data) / (width * channels)
	for ch := range clip.Channels {
		clip.Channels[ch] = make([]float64, frames)
		for i := range frames {
			clip.Channels[ch][i] = float64(value(data[(i*channels+ch)*width:])) / 32768
		}
	}
	return clip, nil
}

// Write writes a clip as PCM16.
func Write(path string, c Clip) error {
	frames := 0
	if len(c.Channels) > 0 {
		frames = len(c.Channels[0])
	}
	size := 2 * frames * len(c.Channels)
	b := append([]byte(nil), "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+size))
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, tagPCM)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(c.Channels)))
	b = binary.LittleEndian.AppendUint32(b, uint32(c.Rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(2*c.Rate*len(c.Channels)))
	b = binary.LittleEndian.AppendUint16(b, uint16(2*len(c.Channels)))
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	for i := range frames {
		for _, ch := range c.Channels {
			b = binary.LittleEndian.AppendUint16(b, uint16(toPCM(ch[i])))
		}
	}
	return os.WriteFile(path, b, 0o600)
}

func toPCM(v float64) int16 { return int16(math.Round(max(-32768, min(32767, v*32768)))) }

// FromPCM converts 16-bit samples.
func FromPCM(samples []int16) []float64 {
	out := make([]float64, len(samples))
	for i, v := range samples {
		out[i] = float64(v) / 32768
	}
	return out
}

// ToPCM converts to 16-bit samples, clipping.
func ToPCM(samples []float64) []int16 {
	out := make([]int16, len(samples))
	for i, v := range samples {
		out[i] = toPCM(v)
	}
	return out
}

// FromALaw decodes A-law bytes.
func FromALaw(b []byte) []float64 {
	out := make([]float64, len(b))
	for i, v := range b {
		out[i] = float64(codec.DecodeALaw(v)) / 32768
	}
	return out
}

// ToALaw is the first channel as telephones carry it: 8 kHz, A-law. Other
// rates are resampled; two channels are not mixed, the second is left out.
func (c Clip) ToALaw() []byte {
	if len(c.Channels) == 0 {
		return nil
	}
	return codec.EncodeALawPCM(nil, ToPCM(Resample(c.Channels[0], c.Rate, 8000)))
}
