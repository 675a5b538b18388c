package codec

// Read-only tables, computed from the definitions below when the program starts.
var (
	aLawLinear  = table(aLawToLinear)
	muLawLinear = table(muLawToLinear)
	aToMu       = table(func(b byte) byte { return EncodeMuLaw(aLawToLinear(b)) })
	muToA       = table(func(b byte) byte { return EncodeALaw(muLawToLinear(b)) })
)

func table[T any](f func(byte) T) *[256]T {
	var t [256]T
	for i := range t {
		t[i] = f(byte(i))
	}
	return &t
}

// DecodeALaw is the 16-bit linear value of an A-law byte, -32256 to 32256.
func DecodeALaw(b byte) int16 { return aLawLinear[b] }

// DecodeMuLaw is the 16-bit linear value of a mu-law byte, -32124 to 32124.
func DecodeMuLaw(b byte) int16 { return muLawLinear[b] }

// ALawToMuLaw converts one byte.
func ALawToMuLaw(b byte) byte { return aToMu[b] }

// MuLawToALaw converts one byte.
func MuLawToALaw(b byte) byte { return muToA[b] }

// ConvertALawToMuLaw converts src into dst, which must be at least as long; the
// two may be the same slice.
func ConvertALawToMuLaw(dst, src []byte) {
	dst = dst[:len(src)]
	for i, b := range src {
		dst[i] = aToMu[b]
	}
}

// ConvertMuLawToALaw converts src into dst, which must be at least as long; the
// two may be the same slice.
func ConvertMuLawToALaw(dst, src []byte) {
	dst = dst[:len(src)]
	for i, b := range src {
		dst[i] = muToA[b]
	}
}

// aLawToLinear decodes by ITU-T G.711 table 1: 13 bits, left aligned in 16.
func aLawToLinear(b byte) int16 {
	b ^= 0x55
	mantissa := int16(b & 0x0F)
	var v int16
	if segment := b >> 4 & 7; segment == 0 {
		v = mantissa<<4 + 8
	} else {
		v = (mantissa<<4 + 0x108) << (segment - 1)
	}
	if b&0x80 == 0 {
		return -v
	}
	return v
}

// muLawToLinear decodes by ITU-T G.711 table 2: 14 bits, left aligned in 16.
func muLawToLinear(b byte) int16 {
	b = ^b
	v := (int16(b&0x0F)<<3+0x84)<<(b>>4&7) - 0x84
	if b&0x80 != 0 {
		return -v
	}
	return v
}

// EncodeALaw is the A-law byte nearest to a 16-bit linear value.
func EncodeALaw(v int16) byte {
	sign := byte(0x80)
	m := int(v)
	if m < 0 {
		// G.711 table 1b: the decision values of the negative side mirror
		// the positive ones, so -1 falls into the first negative interval.
		sign, m = 0, -m-1
	}
	segment := segmentOf(m >> 8)
	var b byte
	if segment == 0 {
		b = byte(m >> 4)
	} else {
		b = segment<<4 | byte(m>>(segment+3)&0x0F)
	}
	return (b | sign) ^ 0x55
}

// EncodeMuLaw is the mu-law byte nearest to a 16-bit linear value.
func EncodeMuLaw(v int16) byte {
	const bias, clip = 0x84, 32635
	sign := byte(0)
	m := int(v)
	if m < 0 {
		sign, m = 0x80, -m
	}
	m = min(m, clip) + bias
	segment := segmentOf(m >> 8)
	return ^(sign | segment<<4 | byte(m>>(segment+3)&0x0F))
}

// segmentOf is the position of the highest bit plus one, 0 for zero.
func segmentOf(m int) (segment byte) {
	for ; m > 0; m >>= 1 {
		segment++
	}
	return min(segment, 7)
}

// EncodeALawPCM appends the A-law bytes of samples to dst.
func EncodeALawPCM(dst []byte, samples []int16) []byte {
	for _, v := range samples {
		dst = append(dst, EncodeALaw(v))
	}
	return dst
}
