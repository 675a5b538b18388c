package carriersim

import (
	_ "embed"
	"fmt"

	"huifang/media/tone"
)

// The voices were made with espeak-ng 1.51 (cmn-latn-pinyin and en-us) and
// brought to telephone band with sox; docs/carrier-sim.md has the sentences.
var (
	//go:embed voice/customer.wav
	customerWAV []byte
	//go:embed voice/powered-off.wav
	poweredOffWAV []byte
)

// SpeechWAV is what an answering customer says, as a mono 8 kHz A-law WAV file
// of about 30 s in Chinese and English. It is repeated without a gap, and
// starts from its beginning at the answer. Tests use it as their reference.
func SpeechWAV() []byte { return append([]byte(nil), customerWAV...) }

// voices are the embedded sounds as A-law, shared by all calls, never written to.
type voices struct {
	customer, poweredOff []byte
}

func loadVoices() (v voices, err error) {
	if v.customer, err = tone.LoadWAV(customerWAV); err != nil {
		return v, fmt.Errorf("load customer voice: %w", err)
	}
	if v.poweredOff, err = tone.LoadWAV(poweredOffWAV); err != nil {
		return v, fmt.Errorf("load announcement: %w", err)
	}
	return v, nil
}
