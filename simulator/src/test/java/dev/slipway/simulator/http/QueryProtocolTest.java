package dev.slipway.simulator.http;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.world.AwsError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryProtocolTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          Action=Publish&Version=2010-03-31&Message=two+words                 | {'Message':'two words'}
          Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b       | {'Tags':[{'Key':'a','Value':'1'},{'Key':'b'}]}
          Names.member.10=j&Names.member.2=b                                  | {'Names':['b','j']}
          Attributes.entry.1.key=a&Attributes.entry.1.value=1                 | {'Attributes':{'a':'1'}}
          M.entry.1.Name=f&M.entry.1.Value.DataType=String                    | {'M':{'f':{'DataType':'String'}}}
          A.B=c                                                               | {'A':{'B':'c'}}
          """)
  void parameters_become_members(String form, String members) throws Exception {
    assertThat(QueryProtocol.members(FormParameters.parse(form))).isEqualTo(json(members));
  }

  @ParameterizedTest
  @CsvSource({"A=1&A.member.1=2", "A.member.1=2&A=1", "A.member.x=1"})
  void parameters_that_make_no_members_are_refused(String form) {
    assertThatThrownBy(() -> QueryProtocol.members(FormParameters.parse(form)))
        .isInstanceOfSatisfying(
            AwsError.class, e -> assertThat(e.code()).isEqualTo("MalformedQueryString"));
  }

  @Test
  void an_answer_becomes_xml() throws Exception {
    assertThat(
            QueryProtocol.result(
                "Get", json("{'Attributes':{'a':'<1>'},'List':[{'Arn':'x'},{'Arn':'y'}]}"), "id"))
        .isEqualTo(
            "<GetResponse><GetResult>"
                + "<Attributes><entry><key>a</key><value>&lt;1&gt;</value></entry></Attributes>"
                + "<List><member><Arn>x</Arn></member><member><Arn>y</Arn></member></List>"
                + "</GetResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>"
                + "</GetResponse>");
  }
}
