package rtcleg

import (
	"strconv"
	"strings"

	"huifang/media"
)

// offersG711 looks at the audio line of a description: payload types 0 and 8 are
// G.711 wherever they stand (RFC 3551 6).
func offersG711(sdp string) bool { return len(lawsOf(sdp)) > 0 }

// lawsOf lists PCMU and PCMA of the first audio line in its order; none if it is refused.
func lawsOf(sdp string) (laws []media.PayloadType) {
	for line := range strings.Lines(sdp) {
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[0] != "m=audio" {
			continue
		}
		if fields[1] == "0" {
			return nil
		}
		for _, pt := range fields[3:] {
			switch pt {
			case "0":
				laws = append(laws, media.PCMU)
			case "8":
				laws = append(laws, media.PCMA)
			}
		}
		return laws
	}
	return nil
}

// eventTypeOf is the description's number for telephone events at 8 kHz. An answer
// has to repeat it (RFC 3264 6.1): pion would answer with the number that we
// would offer, and the browser's keys would be lost.
func eventTypeOf(sdp string) uint8 {
	for line := range strings.Lines(sdp) {
		number, ok := strings.CutPrefix(strings.TrimSpace(line), "a=rtpmap:")
		if !ok {
			continue
		}
		number, name, _ := strings.Cut(number, " ")
		if pt, err := strconv.ParseUint(number, 10, 7); err == nil && strings.EqualFold(name, "telephone-event/8000") {
			return uint8(pt)
		}
	}
	return eventPayloadType
}
