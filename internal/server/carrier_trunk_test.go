package server_test

import (
	"net/http"
	"testing"

	"huifang/internal/config"
	"huifang/internal/server"
)

// A trunk that wants a registration and refuses it: the configuration reaches
// the user agent, the trunk is down, and /readyz says why. The simulated carrier
// takes no REGISTER.
func TestTrunk_ReadinessSaysWhyItIsDown(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *config.Config, _ *server.Options) { c.Trunks[0].Register = true })
	watcher := h.signIn("boss")
	h.eventually("the trunk is down", func() bool {
		_, ready, code := h.storage(watcher)
		return code == http.StatusServiceUnavailable && !ready.Ready && ready.Checks["trunk"] == "every trunk is down" &&
			ready.Notes["trunks"] == "main refuses our registration (405)"
	})
}
