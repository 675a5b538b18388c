package rtcleg

import (
	"fmt"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/webrtc/v4"
)

// The times of ICE: a browser whose cable is pulled is disconnected after 3 s
// and failed 8 s later.
const (
	iceDisconnected = 3 * time.Second
	iceFailed       = 8 * time.Second
	iceKeepalive    = time.Second
)

// reportInterval is the time between RTCP reports (RFC 3550 6.2).
const reportInterval = 5 * time.Second

// gatherLimit is the longest wait for our own candidates.
const gatherLimit = 1500 * time.Millisecond

// The payload types that we offer; an answer takes over those of the offer.
const eventPayloadType = 101

func codecs(first, second webrtc.RTPCodecParameters, event uint8) []webrtc.RTPCodecParameters {
	return []webrtc.RTPCodecParameters{first, second, {
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: mimeEvent, ClockRate: 8000, SDPFmtpLine: "0-16"},
		PayloadType:        webrtc.PayloadType(event),
	}}
}

const mimeEvent = "audio/telephone-event"

func pcma() webrtc.RTPCodecParameters {
	return webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypePCMA, ClockRate: 8000, Channels: 1}, PayloadType: 8,
	}
}

func pcmu() webrtc.RTPCodecParameters {
	return webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypePCMU, ClockRate: 8000, Channels: 1}, PayloadType: 0,
	}
}

// newEngine builds pion's API with what both ends of ours have in common.
func newEngine(settings *webrtc.SettingEngine, order []webrtc.RTPCodecParameters) (*webrtc.API, error) {
	settings.SetICETimeouts(iceDisconnected, iceFailed, iceKeepalive)
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	var media webrtc.MediaEngine
	for _, c := range order {
		if err := media.RegisterCodec(c, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, fmt.Errorf("register codec %s: %w", c.MimeType, err)
		}
	}
	var chain interceptor.Registry
	receiver, err := report.NewReceiverInterceptor(report.ReceiverInterval(reportInterval))
	if err != nil {
		return nil, fmt.Errorf("make rtcp reports: %w", err)
	}
	sender, err := report.NewSenderInterceptor(report.SenderInterval(reportInterval))
	if err != nil {
		return nil, fmt.Errorf("make rtcp reports: %w", err)
	}
	chain.Add(receiver)
	chain.Add(sender)
	return webrtc.NewAPI(webrtc.WithSettingEngine(*settings), webrtc.WithMediaEngine(&media), webrtc.WithInterceptorRegistry(&chain)), nil
}
