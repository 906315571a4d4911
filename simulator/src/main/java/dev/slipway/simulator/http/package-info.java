/** AWS's wire protocols over HTTP on this machine: what SDKs and the AWS CLI speak. */
@NullMarked
package dev.slipway.simulator.http;

import org.jspecify.annotations.NullMarked;
