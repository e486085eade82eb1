import type { Clock } from './device.js';

/**
 * Takes a frame for the guest.
 * @param segmentBytes given for a frame that stands for several: it holds one TCP packet over IPv4 without options, longer than the network allows,
 *   to be seen as segments with so many bytes each; the sum of its pseudo header stands for its checksum
 */
export type FrameReceiver = (frame: Uint8Array, segmentBytes?: number) => void;

/** A network cable with Ethernet frames on it, from destination address to the end of the payload, without check sequence. */
export interface FrameLink {
  /**
   * Whether the other end is software that takes segments longer than a frame, and TCP and UDP checksums that are left to the network card;
   * a real network does neither.
   */
  readonly offload?: boolean;
  /** The guest sends a frame. The bytes are the receiver's to keep. */
  transmit(frame: Uint8Array): void;
  /** Who takes the frames for the guest; called once, before the guest runs. */
  onReceive(receiver: FrameReceiver): void;
  /** Whether the guest takes frames that stand for several; it does not before this was called. */
  takesLargeFrames?(takes: boolean): void;
  /** Unplugs the cable: nothing comes any more. */
  close?(): void;
}

/** What a network is plugged into a machine by. */
export interface NetworkConnection {
  /**
   * Plugs the cable in; called once for each machine.
   * @param clock guest time, for whatever the network repeats or forgets
   */
  connect(clock: Clock): FrameLink;
}
