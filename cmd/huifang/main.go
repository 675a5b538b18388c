// Command huifang is the call centre for customer call-backs: `huifang demo`
// for a first look, `huifang serve` for production, and the tools around them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "devel"

type commands struct {
	Demo       demoCommand      `cmd:"" help:"Start everything on this machine, with sample data and a simulated carrier."`
	Serve      serveCommand     `cmd:"" help:"Start the production server with a configuration file."`
	Migrate    migrateCommand   `cmd:"" help:"Bring the database schema up to this version."`
	User       userCommand      `cmd:"" help:"Manage accounts from the command line."`
	Softphone  softphoneCommand `cmd:"" help:"Work a task without a browser: dial, speak a WAV, save what is heard."`
	CarrierSim carrierCommand   `cmd:"" name:"carrier-sim" help:"Run the simulated carrier, a SIP and RTP peer."`
	Key        keyCommand       `cmd:"" help:"Make a key file for recordings or for the secrets in the database, or add a newer key."`
	Open       openCommand      `cmd:"" help:"Decrypt a stored recording with the key file alone."`
	Evidence   evidenceCommand  `cmd:"" help:"Keys of the log of evidence."`
	Verify     verifyCommand    `cmd:"" help:"Verify log, records and recordings of a running system, or an exported pack."`
	Export     exportCommand    `cmd:"" help:"Copy the calls of a period to a directory, in volumes that can be verified without this system."`
	Import     importCommand    `cmd:"" name:"import-recording" help:"Take in a recording that was made on another line, as evidence of a lesser class."`
	Config     configCommand    `cmd:"" help:"Check a configuration file."`
	Version    versionCommand   `cmd:"" help:"Print the version."`
}

// exitError ends the program with a status of its own; the message has been printed.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

func main() {
	var c commands
	k := kong.Parse(&c, kong.Name("huifang"), kong.Description("Huifang 回访: follow-up calls that can be put in front of an auditor."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	err := k.Run()
	var exit *exitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.code)
	case err != nil:
		fmt.Fprintln(os.Stderr, "huifang:", err)
		os.Exit(1)
	}
}

type versionCommand struct{}

func (versionCommand) Run() error {
	fmt.Println("huifang", version)
	return nil
}
