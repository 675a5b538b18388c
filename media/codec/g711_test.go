package codec

import "testing"

// The values are those of ITU-T G.711 tables 1a/1b and 2a/2b (A-law 13 bit and
// mu-law 14 bit, scaled to 16 bit), in the wire's bit order.
func TestDecode_MatchesITUTables(t *testing.T) {
	t.Parallel()
	for b, want := range map[byte]int16{
		0xD5: 8, 0x55: -8, 0xD4: 24, 0x80: 5504, 0x00: -5504, 0xAA: 32256, 0x2A: -32256, 0xFF: 848, 0xFE: 880, 0x7F: -848,
	} {
		if got := DecodeALaw(b); got != want {
			t.Errorf("DecodeALaw(%#02x) = %d, want %d", b, got, want)
		}
	}
	for b, want := range map[byte]int16{
		0xFF: 0, 0x7F: 0, 0xFE: 8, 0x7E: -8, 0x80: 32124, 0x00: -32124, 0xEF: 132, 0x8F: 16764, 0x0F: -16764,
	} {
		if got := DecodeMuLaw(b); got != want {
			t.Errorf("DecodeMuLaw(%#02x) = %d, want %d", b, got, want)
		}
	}
}

// G.711 table 5 and 6: the digital milliwatt sequences are a sine of 1 kHz at
// 0 dBm0 in each law; each pair decodes to the same shape.
func TestDecode_DigitalMilliwatt(t *testing.T) {
	t.Parallel()
	aLaw := []byte{0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4}
	muLaw := []byte{0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E}
	for i := range aLaw {
		a, m := int(DecodeALaw(aLaw[i])), int(DecodeMuLaw(muLaw[i]))
		if (a < 0) != (m < 0) || (i < 4) != (a < 0) {
			t.Errorf("step %d: signs differ: A %d, mu %d", i, a, m)
		}
		if d := a - m; d > 700 || d < -700 {
			t.Errorf("step %d: A %d and mu %d are further apart than a step", i, a, m)
		}
	}
}

func TestEncode_IsTheInverseOfDecode(t *testing.T) {
	t.Parallel()
	for i := range 256 {
		b := byte(i)
		if got := EncodeALaw(DecodeALaw(b)); got != b {
			t.Errorf("A-law %#02x came back as %#02x", b, got)
		}
		want := b
		if b == 0x7F { // negative zero of mu-law
			want = 0xFF
		}
		if got := EncodeMuLaw(DecodeMuLaw(b)); got != want {
			t.Errorf("mu-law %#02x came back as %#02x", b, got)
		}
	}
}

// Half a step of the segment a value falls in is the most that may be lost.
func TestEncode_ErrsByHalfAStepAtMost(t *testing.T) {
	t.Parallel()
	abs := func(v int) int { return max(v, -v) }
	for v := -32768; v <= 32767; v++ {
		if d := abs(int(DecodeALaw(EncodeALaw(int16(v)))) - v); d > max(8, abs(v)/32)+1 {
			t.Fatalf("A-law: %d was encoded %d away", v, d)
		}
		if d := abs(int(DecodeMuLaw(EncodeMuLaw(int16(v)))) - v); d > (abs(v)+132)/32+1 {
			t.Fatalf("mu-law: %d was encoded %d away", v, d)
		}
	}
}

func TestConvert_BetweenTheLaws(t *testing.T) {
	t.Parallel()
	if ALawToMuLaw(ALawSilence) != 0xFE && ALawToMuLaw(ALawSilence) != MuLawSilence {
		t.Errorf("A-law silence became %#02x", ALawToMuLaw(ALawSilence))
	}
	if MuLawToALaw(MuLawSilence) != ALawSilence {
		t.Errorf("mu-law silence became %#02x", MuLawToALaw(MuLawSilence))
	}
	abs := func(v int) int { return max(v, -v) }
	for i := range 256 {
		v := int(DecodeALaw(byte(i)))
		w := int(DecodeMuLaw(ALawToMuLaw(byte(i))))
		if abs(v-w) > abs(v)/16+8 {
			t.Errorf("A-law %#02x: %d became %d in mu-law", i, v, w)
		}
	}
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	there := make([]byte, 256)
	ConvertALawToMuLaw(there, all)
	ConvertMuLawToALaw(there, there)
	for i, b := range there {
		if d := abs(int(DecodeALaw(b)) - int(DecodeALaw(byte(i)))); d > abs(int(DecodeALaw(byte(i))))/16+16 {
			t.Errorf("A-law %#02x went to mu-law and back to %#02x", i, b)
		}
	}
}

func TestConvert_DoesNotAllocate(t *testing.T) {
	buf := make([]byte, 160)
	if n := testing.AllocsPerRun(100, func() { ConvertALawToMuLaw(buf, buf); ConvertMuLawToALaw(buf, buf) }); n != 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}

func BenchmarkConvertALawToMuLaw(b *testing.B) {
	buf := make([]byte, 160)
	for b.Loop() {
		ConvertALawToMuLaw(buf, buf)
	}
}
