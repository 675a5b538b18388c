package message

import (
	"strings"
	"unicode/utf16"
)

// The characters of the alphabet of 3GPP TS 23.038 6.2.1, and of its extension
// table, whose characters take two places.
const (
	gsm7      = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsm7Twice = "\f^{}\\[~]|€"
)

// Size is how long an SMS is, and in how many parts it travels.
type Size struct {
	Encoding string // gsm7 or ucs2
	Units    int    // septets, or 16-bit units
	Segments int
}

// Measure gives the size of an SMS: 160 septets or 70 units of UCS-2 in one
// part, 153 or 67 in each of several (3GPP TS 23.040 9.2.3.24.1). A character
// of two places, or a surrogate pair, is not torn over two parts.
func Measure(text string) Size {
	s := Size{Encoding: "gsm7"}
	single, part := 160, 153
	widths := make([]int, 0, len(text))
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsm7, r):
			widths = append(widths, 1)
		case strings.ContainsRune(gsm7Twice, r):
			widths = append(widths, 2)
		default:
			s.Encoding = "ucs2"
		}
	}
	if s.Encoding == "ucs2" {
		single, part, widths = 70, 67, widths[:0]
		for _, r := range text {
			widths = append(widths, utf16.RuneLen(r))
		}
	}
	used := 0
	for _, w := range widths {
		s.Units += w
		if used+w > part {
			s.Segments, used = s.Segments+1, 0
		}
		used += w
	}
	switch {
	case s.Units == 0:
		s.Segments = 0
	case s.Units <= single:
		s.Segments = 1
	default:
		s.Segments++
	}
	return s
}
